import { describe, expect, it } from 'vitest'
import { codeDigest } from '../../src/scan/code-digest.js'
import type { Provider, Tree } from '../../src/scan/provider.js'
import { buildScanJob } from '../helpers/build-scan-job.js'
import { buildDetection, fakeProvider } from '../helpers/fake-provider.js'

const { stack } = buildScanJob('/', async () => buildDetection())

function treeOf(files: Readonly<Record<string, string | null>>): Tree {
  return { files: Object.keys(files), readText: async (file) => files[file] ?? null }
}

function digestOf(
  files: Readonly<Record<string, string | null>>,
  overrides: Partial<Provider> = {},
  key = 0,
): Promise<string | null> {
  const inputs = async (_: unknown, tree: Tree) => tree.files.filter((file) => file.startsWith('live/'))
  const provider = { ...fakeProvider(async () => buildDetection()), inputs, ...overrides }
  return codeDigest({ provider, stack, tree: treeOf(files), key: Buffer.alloc(32, key) })
}

describe('codeDigest', () => {
  const files = { 'live/a.tf': 'a', 'live/b.tf': 'b', 'README.md': 'x' }

  it('is the same for the same files of the stack, whatever else is there and in what order', async () => {
    const digest = await digestOf(files)
    expect(digest).toMatch(/^hmac:[0-9a-f]{64}$/)
    expect(await digestOf({ 'README.md': 'y', 'live/b.tf': 'b', 'live/a.tf': 'a' })).toBe(digest)
  })

  it('reads a file once, also where the provider looks into it', async () => {
    const read: string[] = []
    const tree: Tree = { files: ['a.tf'], readText: async (file) => String(read.push(file)) }
    const inputs = async (_: unknown, { readText }: Tree) => [(await readText('a.tf')) && 'a.tf'].map(String)
    const provider = { ...fakeProvider(async () => buildDetection()), inputs }
    expect(await codeDigest({ provider, stack, tree, key: Buffer.alloc(32) })).toMatch(/^hmac:/)
    expect(read).toEqual(['a.tf'])
  })

  it.each([
    ['another text', { ...files, 'live/a.tf': 'aa' }],
    ['another name', { 'live/a2.tf': 'a', 'live/b.tf': 'b' }],
    ['a file more', { ...files, 'live/c.tf': '' }],
    ['a file that is no text', { ...files, 'live/a.tf': null }],
  ])('is another one with %s', async (_, changed) => {
    expect(await digestOf(changed)).not.toBe(await digestOf(files))
  })

  it('is another one under another key', async () => {
    expect(await digestOf(files, {}, 1)).not.toBe(await digestOf(files))
  })

  it('is null where the files cannot be told', async () => {
    expect(await digestOf({ 'README.md': 'x' })).toBeNull()
    const inputs = async (): Promise<never> => {
      throw new Error('no')
    }
    expect(await digestOf(files, { inputs })).toBeNull()
  })
})
