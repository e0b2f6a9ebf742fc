import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Variables } from './git-environment.js'
import { type GitRequest, gitOutput } from './run-git.js'

/** A commit that adds files to another one. */
export interface CommitFiles {
  readonly mirrorPath: string
  /** Private, empty, removed by the caller. */
  readonly scratchFolder: string
  readonly callerEnv: Variables
  readonly baseCommit: string
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly message: string
  /** ISO 8601. */
  readonly at: string
}

const TIMEOUT_MS = 2 * 60_000
const FAILED = 'CHECKOUT_FAILED'
/** Whose commits they are; nothing is believed because of it. */
const NAME = 'driftd'
const EMAIL = 'driftd@localhost'

/**
 * Writes a commit into a mirror, without a work tree, and returns its id. The same files, base, message and time are the
 * same commit. Throws CHECKOUT_FAILED, DISK_FULL.
 */
export async function commitFiles(commit: CommitFiles): Promise<string> {
  const { mirrorPath, scratchFolder, callerEnv, baseCommit, files, message, at } = commit
  const who = { NAME, EMAIL, DATE: at }
  const person = (role: string) =>
    Object.fromEntries(Object.entries(who).map(([key, value]) => [`GIT_${role}_${key}`, value]))
  const env = {
    GIT_INDEX_FILE: join(scratchFolder, 'index'),
    ...person('AUTHOR'),
    ...person('COMMITTER'),
  }
  const git = async (...args: readonly string[]): Promise<string> => {
    const request: GitRequest = {
      args: [`--git-dir=${mirrorPath}`, ...args],
      cwd: scratchFolder,
      network: null,
      callerEnv,
      timeoutMs: TIMEOUT_MS,
      env,
    }
    return (await gitOutput(request, FAILED, `a commit on ${baseCommit} could not be made`)).trim()
  }
  await git('read-tree', '--end-of-options', baseCommit)
  for (const { path, content } of files) {
    const draft = join(scratchFolder, 'draft')
    await writeFile(draft, content)
    const blob = await git('hash-object', '-w', '--no-filters', '--', draft)
    await git('update-index', '--add', '--cacheinfo', `100644,${blob},${path}`)
  }
  const tree = await git('write-tree')
  const text = join(scratchFolder, 'message')
  await writeFile(text, message)
  return git('commit-tree', '-p', baseCommit, '-F', text, tree)
}
