import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { treeOf } from '../../src/git/tree-of.js'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { tempFolder } from '../lib/temp-folder.js'

describe('a local repository', () => {
  it('is checked out at its ref, not as it lies there', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'live/main.tf': 'committed' })
    writeFileSync(join(origin.path, 'live/main.tf'), 'edited')
    const checkout = await (await openTestRepository(origin.path)).checkout()
    expect(checkout).toMatchObject({ commit, mode: 'worktree', removedLinks: [] })
    expect(readFileSync(join(checkout.root, 'live/main.tf'), 'utf8')).toBe('committed')
  })

  it('is not touched: no file, no worktree, no ref of it changes', async () => {
    const origin = createTestRepository()
    origin.commit({ 'main.tf': '1' })
    const listing = () => readdirSync(join(origin.path, '.git'), { recursive: true }).sort().join('\n')
    const before = listing()
    await (await (await openTestRepository(origin.path)).checkout()).release()
    expect(listing()).toBe(before)
    expect(origin.git('worktree', 'list').split('\n')).toHaveLength(1)
  })

  it('is read-only as a worktree', async () => {
    const origin = createTestRepository()
    origin.commit({ 'a/run.sh': 'x' })
    const { root } = await (await openTestRepository(origin.path)).checkout()
    expect(statSync(join(root, 'a')).mode & 0o222).toBe(0)
    expect(statSync(join(root, 'a/run.sh')).mode & 0o222).toBe(0)
  })

  it('is named relative to the folder of driftd.yaml, or by file://', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'main.tf': '' })
    const relative = await openTestRepository('./origin', { baseFolder: join(origin.path, '..') })
    expect(await relative.latestCommit()).toBe(commit)
    expect(await (await openTestRepository(`file://${origin.path}`)).latestCommit()).toBe(commit)
  })

  it('may be bare', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'main.tf': '' })
    const bare = join(tempFolder(), 'bare.git')
    origin.git('clone', '--quiet', '--bare', origin.path, bare)
    expect(await (await openTestRepository(bare)).checkout()).toMatchObject({ commit })
  })
})

describe('a shallow clone, as CI makes it', () => {
  it('is checked out, and is complete once the clone is', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ 'main.tf': '1' })
    const second = origin.commit({ 'main.tf': '2' })
    const clone = join(tempFolder(), 'clone')
    origin.git('clone', '--quiet', '--depth=1', `file://${origin.path}`, clone)
    const repository = await openTestRepository(clone)
    expect(await repository.checkout()).toMatchObject({ commit: second })
    expect(await repository.history?.isAncestor(first, second)).toBe(false)
    const third = origin.commit({ 'main.tf': '3' })
    origin.git('-C', clone, 'fetch', '--quiet', '--unshallow', 'origin', '+main:main', '--update-head-ok')
    expect(await repository.checkout()).toMatchObject({ commit: third })
    expect(await repository.history?.isAncestor(first, third)).toBe(true)
  })
})

describe('refs', () => {
  it.each([
    ['a branch', 'release/1', 'branch'],
    ['a lightweight tag', 'v1', 'first'],
    ['an annotated tag, as its commit', 'v2', 'first'],
    ['a branch rather than a tag of the same name', 'both', 'branch'],
    ['a full name', 'refs/tags/both', 'first'],
    ['the default branch', null, 'main'],
  ])('takes %s', async (_, ref, expected) => {
    const origin = createTestRepository()
    const first = origin.commit({ 'a.tf': '1' })
    origin.git('tag', 'v1')
    origin.git('tag', '--annotate', '--message=x', 'v2')
    origin.git('tag', 'both')
    origin.git('checkout', '--quiet', '-b', 'release/1')
    const branch = origin.commit({ 'a.tf': '2' })
    origin.git('branch', 'both')
    origin.git('checkout', '--quiet', 'main')
    const main = origin.commit({ 'a.tf': '3' })
    const repository = await openTestRepository(origin.path, { ref })
    expect((await repository.checkout()).commit).toBe({ first, branch, main }[expected])
  })

  it('takes a full commit id that the remote can reach', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ 'a.tf': '1' })
    origin.commit({ 'a.tf': '2' })
    origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
    expect((await (await openTestRepository(origin.path, { ref: first })).checkout()).commit).toBe(first)
  })

  it('tells of one that is not there', async () => {
    const origin = createTestRepository()
    origin.commit({ 'a.tf': '' })
    const repository = await openTestRepository(origin.path, { ref: 'mian' })
    await expect(repository.checkout()).rejects.toMatchObject({ code: 'REF_NOT_FOUND' })
  })

  it('tells of a repository without any commit', async () => {
    const repository = await openTestRepository(createTestRepository().path)
    await expect(repository.checkout()).rejects.toMatchObject({ code: 'REF_NOT_FOUND' })
  })

  it('follows a branch that was rewritten', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ 'a.tf': '1' })
    const second = origin.commit({ 'a.tf': '2' })
    const repository = await openTestRepository(origin.path)
    expect((await repository.checkout()).commit).toBe(second)
    origin.git('reset', '--quiet', '--hard', first)
    const other = origin.commit({ 'b.tf': '3' })
    const { root, commit } = await repository.checkout()
    expect(commit).toBe(other)
    expect(readdirSync(root).sort()).toEqual(['.git', 'a.tf', 'b.tf'])
  })
})

describe('worktrees', () => {
  it('are shared by a commit, and kept while anybody uses them', async () => {
    const origin = createTestRepository()
    origin.commit({ 'a.tf': '1' })
    const repository = await openTestRepository(origin.path)
    const [one, two] = [await repository.checkout(), await repository.checkout()]
    expect(two.root).toBe(one.root)
    await one.release()
    origin.commit({ 'a.tf': '2' })
    const next = await repository.checkout()
    expect(existsSync(two.root)).toBe(true)
    await two.release()
    await two.release()
    await repository.checkout()
    expect([existsSync(two.root), existsSync(next.root)]).toEqual([false, true])
  })

  it('are opened at once by several processes without harm', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'a.tf': '1' })
    const dataFolder = join(tempFolder(), 'data')
    const opened = await Promise.all(
      Array.from({ length: 4 }, async () =>
        (await openTestRepository(origin.path, { dataFolder })).checkout(),
      ),
    )
    expect(opened.map((checkout) => checkout.commit)).toEqual(Array(4).fill(commit))
  })

  it('of the last commit are there when the remote is gone', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'a.tf': '1' })
    const repository = await openTestRepository(origin.path)
    await repository.checkout()
    origin.git('branch', '--move', 'main', 'other')
    await expect(repository.checkout()).rejects.toMatchObject({ code: 'REF_NOT_FOUND' })
    expect((await repository.checkout({ offline: true })).commit).toBe(commit)
  })

  it('are not made for what is not here and may not be asked for', async () => {
    const origin = createTestRepository()
    origin.commit({ 'a.tf': '1' })
    const attempt = (await openTestRepository(origin.path)).checkout({ offline: true })
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
  })
})

describe('a folder that is no repository', () => {
  it('is scanned in place, without a commit, and stays as it is', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'live'))
    writeFileSync(join(folder, 'live/main.tf'), 'x')
    const repository = await openTestRepository(folder)
    const checkout = await repository.checkout()
    expect(checkout).toMatchObject({ root: folder, commit: null, mode: 'in-place' })
    await checkout.release()
    expect(await repository.latestCommit()).toBeNull()
    expect(lstatSync(join(folder, 'live/main.tf')).mode & 0o200).toBe(0o200)
    expect((await treeOf(checkout.root)).files).toEqual(['live/main.tf'])
  })

  it.each([
    ['a file', 'file', 'it is no folder'],
    ['nothing', 'missing', 'there is nothing'],
  ])('is not %s', async (_, name, why) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'file'), '')
    const attempt = openTestRepository(join(folder, name))
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' })
    await expect(attempt).rejects.toThrow(why)
  })
})
