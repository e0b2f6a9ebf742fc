import { stat } from 'node:fs/promises'
import { DriftError } from '../domain/errors.js'
import { isObjectId } from '../domain/git-ref.js'
import type { StdoutUse } from '../lib/run-command.js'
import type { Variables } from './git-environment.js'
import type { ChangedFile, History, HistoryCommit, TreeEntry } from './history.js'
import { nulFields } from './nul-fields.js'
import { COMMIT_FORMAT, changedFileReader, commitReader } from './read-commits.js'
import { type GitOutcome, runGit } from './run-git.js'

const TIMEOUT_MS = 2 * 60_000
const MAX_COMMITS = 10_000
const MAX_FILES = 100_000
/** As `Tree.readText`: a larger file is no code. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
/** Keeps a command line far below the 128 KiB that any Linux takes for one argument list's part. */
const PATHS_PER_COMMAND = 200
/** How Git ends when it cannot do what it was told. */
const FATAL = 128
const REGULAR_FILE = /^100/

/** A mirror, and how it is kept still while it is read. */
export interface MirrorHistoryOptions {
  readonly mirrorPath: string
  /** Folder that Git is started in. */
  readonly folder: string
  readonly callerEnv: Variables
  /** Runs something while nobody replaces the mirror. */
  locked<T>(fn: () => Promise<T>): Promise<T>
}

/** The history in a mirror. */
export function createMirrorHistory(options: MirrorHistoryOptions): History {
  const git = createReader(options)

  async function has(commit: string): Promise<boolean> {
    return (await git(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0
  }

  async function entriesOf(commit: string, paths: readonly string[]): Promise<Map<string, TreeEntry>> {
    const entries = new Map<string, TreeEntry>()
    const stdout = nulFields((field) => {
      const [, mode = '', type = '', id = '', path = ''] =
        /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(field) ?? []
      entries.set(path, { mode, type: type as TreeEntry['type'], id })
    })
    // the tree itself is shown where something below it is asked for too
    const args = ['ls-tree', '-z', '-t', '--full-tree', commit, '--', ...paths]
    expectSuccess(await git(args, stdout), `the files of ${commit}`)
    return entries
  }

  async function rootOf(commit: string): Promise<TreeEntry> {
    const outcome = await git(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`])
    expectSuccess(outcome, `the files of ${commit}`)
    return { mode: '040000', type: 'tree', id: outcome.stdout.trim() }
  }

  async function treeEntries(
    commit: string,
    paths: readonly string[],
  ): Promise<readonly (TreeEntry | null)[]> {
    checkCommits(commit)
    const found = new Map<string, TreeEntry>()
    if (paths.length === 0 || paths.includes('.')) found.set('.', await rootOf(commit))
    const wanted = [...new Set(paths)].filter((path) => path !== '.')
    for (let start = 0; start < wanted.length; start += PATHS_PER_COMMAND) {
      const some = wanted.slice(start, start + PATHS_PER_COMMAND)
      for (const [path, entry] of await entriesOf(commit, some)) found.set(path, entry)
    }
    return paths.map((path) => found.get(path) ?? null)
  }

  async function blobId(commit: string, path: string): Promise<string | null> {
    const [entry] = await treeEntries(commit, [path])
    return entry && REGULAR_FILE.test(entry.mode) ? entry.id : null
  }

  return {
    treeEntries,
    blobId,
    async isAncestor(ancestor, descendant) {
      checkCommits(ancestor, descendant)
      const outcome = await git(['merge-base', '--is-ancestor', ancestor, descendant])
      if (outcome.exitCode === 0 || outcome.exitCode === 1) return outcome.exitCode === 0
      // all that a commit descends from is fetched with it, so what is not here is none of it
      if ((await has(descendant)) && !(await has(ancestor))) return false
      throw unreadable(`whether ${ancestor} is in ${descendant}`, outcome.complaint)
    },
    async changedFiles(from, to) {
      checkCommits(from, to)
      const files: ChangedFile[] = []
      const count = bounded(MAX_FILES, `the files between ${from} and ${to}`)
      const reader = changedFileReader((file) => {
        count()
        files.push(file)
      })
      const args = ['diff-tree', '-r', '-z', ...NAMES, from, to, '--']
      expectSuccess(await git(args, nulFields(reader.onField)), `the files between ${from} and ${to}`)
      return files.sort((a, b) => (a.path < b.path ? -1 : 1))
    },
    async readFileAt(commit, path) {
      const id = await blobId(commit, path)
      if (id === null) return null
      const size = await git(['cat-file', '-s', id])
      expectSuccess(size, `${path} of ${commit}`)
      if (Number(size.stdout) > MAX_FILE_BYTES) return null
      const parts: Buffer[] = []
      const consume = async (stdout: AsyncIterable<Buffer>): Promise<void> => {
        for await (const part of stdout) parts.push(part)
      }
      expectSuccess(await git(['cat-file', 'blob', id], { kind: 'stream', consume }), `${path} of ${commit}`)
      return Buffer.concat(parts)
    },
    async commitsBetween(from, to): Promise<readonly HistoryCommit[]> {
      checkCommits(to, ...(from === null ? [] : [from]))
      const what = `the commits between ${from ?? 'the first one'} and ${to}`
      const reader = commitReader(bounded(MAX_COMMITS + MAX_FILES, what))
      const range = from === null ? [to] : [to, `^${from}`]
      const limit = `--max-count=${MAX_COMMITS + 1}`
      const order = ['--topo-order', '--reverse', '--diff-merges=first-parent', limit]
      const args = ['log', '-z', ...order, ...NAMES, `--format=${COMMIT_FORMAT}`, ...range, '--']
      expectSuccess(await git(args, nulFields(reader.onField)), what)
      if (reader.commits.length > MAX_COMMITS) throw tooMuch(what)
      return reader.commits
    },
  }
}

/** Names and states of files only, as they are: nothing that a repository's attributes or a setting could bend. */
const NAMES: readonly string[] = [
  '--no-renames',
  '--name-status',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--ignore-submodules=none',
]

type Reader = (args: readonly string[], stdout?: StdoutUse) => Promise<GitOutcome>

/** Reading needs no lock, but for the moment in which a healed mirror takes the place of the old one: then once more. */
function createReader({ mirrorPath, folder, callerEnv, locked }: MirrorHistoryOptions): Reader {
  return async (args, stdout = { kind: 'text' }) => {
    const gitDir = ['--literal-pathspecs', `--git-dir=${mirrorPath}`]
    const request = { args: [...gitDir, ...args], cwd: folder, network: null, callerEnv, stdout }
    const run = (): Promise<GitOutcome> => runGit({ ...request, timeoutMs: TIMEOUT_MS })
    const before = await inodeOf(mirrorPath)
    const outcome = await run()
    const isReplaced = outcome.exitCode === FATAL && (await inodeOf(mirrorPath)) !== before
    return isReplaced ? locked(run) : outcome
  }
}

async function inodeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ ino }) => ino,
    () => null,
  )
}

/** A text from a request or a store could be an option. */
function checkCommits(...commits: readonly string[]): void {
  const wrong = commits.find((commit) => !isObjectId(commit))
  if (wrong !== undefined) throw unreadable(`the commit ${JSON.stringify(wrong)}`, 'it is no commit id')
}

function bounded(limit: number, what: string): () => void {
  let count = 0
  return () => {
    count++
    if (count > limit) throw tooMuch(what)
  }
}

function expectSuccess({ exitCode, complaint }: GitOutcome, what: string): void {
  if (exitCode !== 0) throw unreadable(what, complaint || `git ended with ${exitCode}`)
}

function unreadable(what: string, why: string): DriftError {
  const message = `${what} could not be read from the mirror: ${why}; scan again, which fetches what is missing`
  return new DriftError('HISTORY_UNREADABLE', message)
}

function tooMuch(what: string): DriftError {
  const limits = `${MAX_COMMITS} commits or ${MAX_FILES} files`
  return new DriftError(
    'HISTORY_UNREADABLE',
    `${what} are more than ${limits}: driftd does not look into them`,
  )
}
