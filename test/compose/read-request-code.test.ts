import { beforeEach, describe, expect, it } from 'vitest'
import { readRequestCode } from '../../src/compose/read-request-code.js'
import type { RequestCode } from '../../src/domain/request.js'
import { treeOf } from '../../src/git/tree-of.js'
import { fakeProvider } from '../helpers/fake-provider.js'
import { createTestRepository, openTestRepository, type TestRepository } from '../helpers/git-repository.js'

const INPUTS = ['live/a/main.tf', 'modules/vpc/main.tf', 'modules/vpc/sub/x.tf', 'common.tfvars']
const FILES = Object.fromEntries(
  [...INPUTS, 'live/b/main.tf', '.drift/requests/a/1.json'].map((file) => [file, file]),
)

let origin: TestRepository

beforeEach(() => {
  origin = createTestRepository()
  origin.commit(FILES)
})

async function read(path = 'live/a', inputs: readonly string[] = INPUTS): Promise<RequestCode> {
  const repository = await openTestRepository(origin.path)
  const found = await repository.fetchTip()
  const { history } = repository
  if (history === null || found === null) throw new Error('it is no mirror')
  const provider = {
    ...fakeProvider(() => Promise.reject(new Error('not asked'))),
    inputs: async () => inputs,
  }
  const stack = {
    name: 'a',
    provider: 'fake',
    repository: 'infra',
    path,
    labels: {},
    timeoutMs: 1,
    minCoverage: 0,
    options: {},
  }
  return readRequestCode({ provider, stack, tree: await treeOf(origin.path), commit: found.tip, history })
}

describe('the code of a request', () => {
  it('names every file, and the trees of the folders that hold them', async () => {
    const code = await read()
    expect(code.files).toBe(4)
    expect(code.inputs).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(code.trees.map(({ path }) => path)).toEqual(['live/a', 'modules/vpc'])
    expect(code.trees[0]?.id).toBe(origin.git('rev-parse', 'HEAD:live/a'))
  })

  it('is another one for any file of its own, and the same for those of others', async () => {
    const before = await read()
    origin.commit({ 'live/b/main.tf': 'changed', '.drift/requests/a/2.json': 'x', 'README.md': 'y' })
    expect(await read()).toEqual(before)
    const variants = [
      { 'common.tfvars': 'x' },
      { 'modules/vpc/sub/x.tf': 'x' },
      { 'live/a/README.md': 'beside' },
    ]
    const seen = [before]
    for (const change of variants) {
      origin.commit(change)
      const now = await read()
      for (const earlier of seen) expect(now).not.toEqual(earlier)
      seen.push(now)
    }
    origin.git('update-index', '--chmod=+x', 'live/a/main.tf')
    origin.git('commit', '--quiet', '--message', 'mode')
    expect(await read()).not.toEqual(seen.at(-1))
  })

  it('does not name the root, below which requests are', async () => {
    const code = await read('.', ['common.tfvars'])
    expect(code.trees).toEqual([])
    origin.commit({ '.drift/requests/a/2.json': 'x' })
    expect(await read('.', ['common.tfvars'])).toEqual(code)
  })

  it('cannot be told of a file that is not in Git, or of no files', async () => {
    await expect(read('live/a', ['live/a/generated.tf'])).rejects.toMatchObject({
      code: 'REMEDIATION_UNSUPPORTED',
    })
    await expect(read('live/a', [])).rejects.toMatchObject({ code: 'REMEDIATION_UNSUPPORTED' })
  })
})
