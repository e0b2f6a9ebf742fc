import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { History } from '../../src/git/history.js'
import { createTestRepository, openTestRepository, type TestRepository } from '../helpers/git-repository.js'
import { tempFolder } from '../lib/temp-folder.js'

const NOT_HERE = '0123456789012345678901234567890123456789'

/** The history of a repository as it is now, in a mirror of its own; the origin is gone. */
async function historyOf(origin: TestRepository): Promise<History> {
  const repository = await openTestRepository(origin.path)
  await (await repository.checkout()).release()
  rmSync(join(origin.path, '.git'), { recursive: true })
  if (repository.history === null) throw new Error('a mirror has a history')
  return repository.history
}

describe('the history in a mirror, without the remote', () => {
  it('knows what descends from what', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const second = origin.commit({ a: '2' })
    const history = await historyOf(origin)
    const answers = [history.isAncestor(first, second), history.isAncestor(second, first)]
    expect(await Promise.all([...answers, history.isAncestor(second, second)])).toEqual([true, false, true])
    expect(await history.isAncestor(NOT_HERE, second)).toBe(false)
    await expect(history.isAncestor(first, NOT_HERE)).rejects.toMatchObject({ code: 'HISTORY_UNREADABLE' })
  })

  it('lists the files that differ, a renamed one under both names, whatever they are called', async () => {
    const origin = createTestRepository()
    const first = origin.commit({
      kept: '1',
      'old name': 'x\n'.repeat(50),
      '\u0001odd\nname': '1',
      'a/b': '1',
      'run.sh': '',
    })
    origin.git('mv', 'old name', 'new name')
    origin.git('update-index', '--chmod=+x', 'run.sh')
    origin.git('commit', '--quiet', '--message', 'moved')
    rmSync(join(origin.path, 'a/b'))
    origin.git('config', 'core.fileMode', 'false')
    const last = origin.commit({ '\u0001odd\nname': '2', ':(top)*': '1' })
    expect(await (await historyOf(origin)).changedFiles(first, last)).toEqual([
      { path: '\u0001odd\nname', change: 'modified' },
      { path: ':(top)*', change: 'added' },
      { path: 'a/b', change: 'removed' },
      { path: 'new name', change: 'added' },
      { path: 'old name', change: 'removed' },
      { path: 'run.sh', change: 'modified' },
    ])
  })

  it('tells the ids of files and folders, of the root too', async () => {
    const origin = createTestRepository()
    origin.link('link', 'a/b')
    const commit = origin.commit({ 'a/b': '1', 'a/c/d': '2', '*': '3' })
    const ids = ['HEAD^{tree}', 'HEAD:a', 'HEAD:a/b', 'HEAD:link'].map((it) => origin.git('rev-parse', it))
    const history = await historyOf(origin)
    const paths = ['.', 'a', 'a/b', 'link', 'missing', 'a/missing', ':(top)*', 'a']
    expect(await history.treeEntries(commit, paths)).toEqual([
      { mode: '040000', type: 'tree', id: ids[0] },
      { mode: '040000', type: 'tree', id: ids[1] },
      { mode: '100644', type: 'blob', id: ids[2] },
      { mode: '120000', type: 'blob', id: ids[3] },
      null,
      null,
      null,
      { mode: '040000', type: 'tree', id: ids[1] },
    ])
    const answers = ['a/b', 'link', 'a', 'missing'].map((path) => history.blobId(commit, path))
    expect(await Promise.all(answers)).toEqual([ids[2], null, null, null])
  })

  it('takes more paths than one command line has', async () => {
    const origin = createTestRepository()
    const names = Array.from({ length: 401 }, (_, index) => `${index}`)
    const commit = origin.commit(Object.fromEntries(names.map((name) => [name, name])))
    const entries = await (await historyOf(origin)).treeEntries(commit, names)
    expect(new Set(entries.map((entry) => entry?.id)).size).toBe(401)
  })

  it('reads a file byte for byte, and no link, folder or giant', async () => {
    const origin = createTestRepository()
    origin.link('link', 'a')
    const commit = origin.commit({
      a: 'é\r\n\0',
      'd/e': '',
      big: 'x'.repeat(4 * 1024 * 1024 + 1),
    })
    origin.commit({ a: 'later' })
    const history = await historyOf(origin)
    expect(await history.readFileAt(commit, 'a')).toEqual(Buffer.from('é\r\n\0'))
    expect((await history.readFileAt(commit, 'd/e'))?.length).toBe(0)
    const others = ['link', 'd', 'big', 'missing'].map((path) => history.readFileAt(commit, path))
    expect(await Promise.all(others)).toEqual([null, null, null, null])
  })

  it('lists commits with the files that each touches, a merge with what it brought in', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    origin.git('checkout', '--quiet', '-b', 'side')
    const side = origin.commit({ side: '1', 'd/e': '' })
    origin.git('checkout', '--quiet', 'main')
    const empty = origin.commit({})
    origin.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'side')
    const merge = origin.git('rev-parse', 'HEAD')
    const history = await historyOf(origin)
    const commits = await history.commitsBetween(first, merge)
    const seen = Object.fromEntries(commits.map(({ id, parents, files }) => [id, { parents, files }]))
    const added = [
      { path: 'd/e', change: 'added' },
      { path: 'side', change: 'added' },
    ]
    expect(seen).toEqual({
      [side]: { parents: [first], files: added },
      [empty]: { parents: [first], files: [] },
      [merge]: { parents: [empty, side], files: added },
    })
    expect(commits.at(-1)?.id).toBe(merge)
    expect(commits[0]).toMatchObject({
      author: { name: 'a', email: 'a@example.com' },
      committer: { name: 'a' },
    })
    expect(commits[0]?.committedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    expect((await history.commitsBetween(null, first)).map(({ id }) => id)).toEqual([first])
    expect(await history.commitsBetween(merge, merge)).toEqual([])
  })

  it('says that it knows nothing of a commit that is not here', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ a: '1' })
    const history = await historyOf(origin)
    const questions = [
      history.changedFiles(NOT_HERE, commit),
      history.treeEntries(NOT_HERE, ['a']),
      history.readFileAt(NOT_HERE, 'a'),
      history.commitsBetween(NOT_HERE, commit),
    ]
    const answers = await Promise.allSettled(questions)
    expect(answers.map((it) => it.status === 'rejected' && it.reason.code)).toEqual(
      Array(4).fill('HISTORY_UNREADABLE'),
    )
  })

  it.each(['HEAD', '--output=CANARY', 'main', '-p', ''])('takes no %j for a commit', async (text) => {
    const origin = createTestRepository()
    const commit = origin.commit({ a: '1' })
    const history = await historyOf(origin)
    const canary = join(tempFolder(), 'canary')
    const wrong = text.replace('CANARY', canary)
    const questions = [
      history.isAncestor(wrong, commit),
      history.isAncestor(commit, wrong),
      history.changedFiles(wrong, commit),
      history.changedFiles(commit, wrong),
      history.treeEntries(wrong, ['a']),
      history.readFileAt(wrong, 'a'),
      history.blobId(wrong, 'a'),
      history.commitsBetween(commit, wrong),
      history.commitsBetween(wrong, commit),
    ]
    const answers = await Promise.allSettled(questions)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([])
    expect(existsSync(canary)).toBe(false)
  })

  it('does not look into more commits than it bears', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const stream = Array.from(
      { length: 10_001 },
      (_, index) =>
        `commit refs/heads/main\ncommitter a <a@b> 1000000000 +0000\ndata 1\nx\n${index === 0 ? `from ${first}\n` : ''}`,
    ).join('\n')
    origin.fastImport(stream)
    const last = origin.git('rev-parse', 'main')
    const history = await historyOf(origin)
    await expect(history.commitsBetween(first, last)).rejects.toThrow('are more than 10000 commits')
    expect(await history.changedFiles(first, last)).toEqual([])
  })
})

describe('a checkout of a commit by its id', () => {
  it('needs no remote, and is refused for what was never fetched', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const second = origin.commit({ a: '2' })
    const repository = await openTestRepository(origin.path)
    await (await repository.checkout()).release()
    rmSync(join(origin.path, '.git'), { recursive: true })
    expect(await repository.checkout({ commit: first })).toMatchObject({ commit: first, mode: 'worktree' })
    expect((await repository.checkout({ offline: true })).commit).toBe(second)
    for (const commit of [NOT_HERE, '--help', 'main'])
      await expect(repository.checkout({ commit })).rejects.toMatchObject({ code: 'CHECKOUT_FAILED' })
  })
})
