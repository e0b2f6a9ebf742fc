import type { History } from '../git/history.js'

/** A commit of a pull request and what it stands on. */
export interface PullCommit {
  readonly id: string
  readonly parents: readonly string[]
}

/**
 * True where a pull request's head is the commit that driftd pushed, or only update merges of the tracked branch stand on top
 * of it: merges whose second parent is a commit of that branch. What such a merge holds is checked by its files and the blob.
 */
export async function isTrustedHead(
  head: string,
  pushedCommit: string,
  of: { readonly commits: readonly PullCommit[]; readonly tip: string; readonly history: History },
): Promise<boolean> {
  const byId = new Map(of.commits.map((commit) => [commit.id, commit]))
  let current = head
  // each step goes to a parent, of which there are as many as commits
  for (let step = 0; step <= of.commits.length; step += 1) {
    if (current === pushedCommit) return true
    const [first, second, ...more] = byId.get(current)?.parents ?? []
    if (first === undefined || second === undefined || more.length > 0) return false
    if (!(await of.history.isAncestor(second, of.tip))) return false
    current = first
  }
  return false
}
