import { describe, expect, it } from 'vitest'
import { findMerge } from '../../src/forge/signed-files/find-merge.js'
import type { FileChange, HistoryCommit } from '../../src/git/history.js'

const FILE = '.drift/requests/a/01.json'
const SIGNATURE = `${FILE}.alice.sig`
const person = { name: 'a', email: 'a@example.com' }

/** A commit by its id and parents; files as `added FILE`. */
function commit(id: string, parents: string, ...files: readonly string[]): HistoryCommit {
  return {
    id,
    parents: parents.split(' '),
    author: person,
    committer: person,
    committedAt: '2026-11-24T10:00:00.000Z',
    files: files.map((file) => {
      const [change, path = ''] = file.split(' ')
      return { path, change: change as FileChange }
    }),
  }
}

function find(...commits: readonly HistoryCommit[]) {
  const { touching, files } = findMerge(commits, commits.at(-1)?.id ?? '', FILE)
  return { by: touching.map(({ id }) => id), files: files.map(({ path, status }) => `${status} ${path}`) }
}

const own = [`added ${FILE}`, `added ${SIGNATURE}`]

describe('how a request came to a branch', () => {
  it('is the merge commit, the squash, or the commit itself', () => {
    const branch = [commit('r', 'base', `added ${FILE}`), commit('s', 'r', `added ${SIGNATURE}`)]
    expect(find(...branch, commit('m', 'base s', ...own))).toEqual({ by: ['m'], files: own })
    expect(find(commit('q', 'base', ...own))).toEqual({ by: ['q'], files: own })
    expect(find(...branch)).toEqual({ by: ['r'], files: own })
  })

  it('leaves out what other commits of either side did', () => {
    const found = find(
      commit('c', 'base', 'modified live/main.tf'),
      commit('r', 'base', `added ${FILE}`),
      commit('u', 'r c', 'modified live/main.tf'),
      commit('s', 'u', `added ${SIGNATURE}`),
      commit('m', 'c s', ...own),
      commit('d', 'm', 'added .drift/requests/a/02.json', `added ${FILE.replace('01', '010')}.x.sig`),
    )
    expect(found).toEqual({ by: ['m'], files: own })
  })

  it.each<[string, readonly HistoryCommit[]]>([
    ['the request itself', [commit('r', 'base', ...own, 'modified live/main.tf')]],
    [
      'a signature',
      [commit('r', 'base', `added ${FILE}`), commit('s', 'r', `added ${SIGNATURE}`, 'modified live/main.tf')],
    ],
    [
      'another commit of its branch',
      [
        commit('r', 'base', `added ${FILE}`),
        commit('x', 'r', 'modified live/main.tf'),
        commit('m', 'base x', `added ${FILE}`, 'modified live/main.tf'),
      ],
    ],
    [
      'the merge',
      [commit('r', 'base', `added ${FILE}`), commit('m', 'base r', ...own, 'modified live/main.tf')],
    ],
  ])('shows code that came with %s', (_, commits) => {
    expect(find(...commits).files).toContain('modified live/main.tf')
  })

  it('shows a request that was removed and added again, or changed, as several', () => {
    const added = commit('a', 'base', `added ${FILE}`)
    const again = [commit('b', 'a', `removed ${FILE}`), commit('c', 'b', `added ${FILE}`)]
    expect(find(added, ...again)).toEqual({ by: ['a', 'b', 'c'], files: [`modified ${FILE}`] })
    expect(find(added, commit('b', 'a', `modified ${FILE}`)).by).toEqual(['a', 'b'])
  })

  it('is nothing where the file never came', () => {
    expect(find(commit('c', 'base', 'modified live/main.tf'))).toEqual({ by: [], files: [] })
  })
})
