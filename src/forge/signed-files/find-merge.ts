import type { FileChange, HistoryCommit } from '../../git/history.js'
import { isSignatureOf } from './read-approvals.js'

/** How a request's file came to the tracked branch. */
export interface FoundMerge {
  /** Commits of the branch's own line that touched the request's file; one, where it was brought once and left alone. */
  readonly touching: readonly HistoryCommit[]
  /** Every file that a commit touched which also touched the request or a signature of it. */
  readonly files: readonly { readonly path: string; readonly status: FileChange }[]
}

/**
 * Looks through the commits since the request was made. However the branch was merged: a merge commit shows what it brought
 * against its first parent, a squash is one commit, after a rebase or a fast-forward the commits themselves are there.
 */
export function findMerge(commits: readonly HistoryCommit[], tip: string, path: string): FoundMerge {
  const isOurs = (file: string): boolean => file === path || isSignatureOf(path, file)
  const bringing = commits.filter(({ files }) => files.some((file) => isOurs(file.path)))
  const line = new Set(ownLine(commits, tip))
  const touching = bringing.filter(
    (commit) => line.has(commit) && commit.files.some((file) => file.path === path),
  )
  const files = new Map<string, FileChange>()
  for (const { files: brought } of bringing) {
    for (const { path: file, change } of brought) {
      const before = files.get(file)
      files.set(file, before === undefined || before === change ? change : 'modified')
    }
  }
  return { touching, files: [...files].map(([file, status]) => ({ path: file, status })) }
}

/** The tip, its first parent, the first parent of that, and so on. */
function ownLine(commits: readonly HistoryCommit[], tip: string): readonly HistoryCommit[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]))
  const line: HistoryCommit[] = []
  for (let commit = byId.get(tip); commit !== undefined; commit = byId.get(commit.parents[0] ?? ''))
    line.push(commit)
  return line
}
