import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceFile } from '../../src/lib/replace-file.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-replace-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('replaceFile', () => {
  it('lets many write one file at once: one of them wins, whole', async () => {
    const file = join(folder, 'cache')
    const texts = Array.from({ length: 50 }, (_, index) => `${index}:`.repeat(10_000))
    await Promise.all(texts.map((text) => replaceFile(file, text)))
    expect(texts).toContain(await readFile(file, 'utf8'))
    expect(await readdir(folder)).toEqual(['cache'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('leaves no draft behind when it fails', async () => {
    await mkdir(join(folder, 'cache', 'inside'), { recursive: true })
    await expect(replaceFile(join(folder, 'cache'), 'text')).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['cache'])
  })
})
