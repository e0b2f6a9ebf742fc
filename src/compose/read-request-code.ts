import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { canonicalJson } from '../domain/fingerprint.js'
import type { RequestCode } from '../domain/request.js'
import type { Stack } from '../domain/stack.js'
import type { History } from '../git/history.js'
import { listInputFiles } from '../scan/list-input-files.js'
import type { Provider, Tree } from '../scan/provider.js'

/** A stack at a commit. */
export interface CodeAt {
  readonly provider: Provider
  readonly stack: Stack
  readonly tree: Tree
  readonly commit: string
  readonly history: History
}

/**
 * The code that a stack is made of, as Git names it: every file it depends on, and the trees of its folder and of those
 * outside it that it uses. The root is no such folder: requests themselves are below it. Throws REMEDIATION_UNSUPPORTED where
 * a file is not in Git.
 */
export async function readRequestCode({
  provider,
  stack,
  tree,
  commit,
  history,
}: CodeAt): Promise<RequestCode> {
  const files = await listInputFiles(provider, stack, tree)
  const entries = await history.treeEntries(commit, files)
  const missing = files.filter((_, index) => entries[index] === null)
  if (files.length === 0 || missing.length > 0) {
    const what =
      missing.length > 0 ? `${missing[0]} of stack ${stack.name} is` : `the files of ${stack.name} are`
    throw new DriftError(
      'REMEDIATION_UNSUPPORTED',
      `${what} not in commit ${commit}: commit what the stack uses`,
    )
  }
  const named = files.map((file, index) => [entries[index]?.mode ?? '', entries[index]?.id ?? '', file])
  const folders = foldersOf(stack.path, files)
  const trees = await history.treeEntries(commit, folders)
  return {
    inputs: `sha256:${createHash('sha256').update(canonicalJson(named)).digest('hex')}`,
    files: files.length,
    trees: folders.flatMap((path, index) => {
      const id = trees[index]?.id
      return id === undefined ? [] : [{ path, id }]
    }),
  }
}

/** The stack's folder and the topmost of the others, sorted. */
function foldersOf(path: string, files: readonly string[]): readonly string[] {
  const all = new Set([path, ...files.map((file) => posix.dirname(file))])
  all.delete('.')
  const sorted = [...all].sort()
  return sorted.filter(
    (folder) => !sorted.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  )
}
