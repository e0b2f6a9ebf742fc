import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { DriftError } from '../domain/errors.js'
import { type FileLock, tryFileLock } from '../lib/file-lock.js'
import { ensurePrivateFolder } from '../lib/private-folder.js'
import { containFiles } from './contain-files.js'
import type { Variables } from './git-environment.js'
import { removeTree } from './remove-tree.js'
import { gitOutput } from './run-git.js'
import { checkSize, type TreeLimits } from './tree-size.js'

const CHECKOUT_TIMEOUT_MS = 15 * 60_000
const COMMIT_OF_USER = /^([0-9a-f]+)\.[0-9a-f]+\.lock$/

const readySchema = z.object({ removedLinks: z.array(z.string()) })

/** The files of one commit, there for as long as somebody uses them. */
export interface Worktree {
  readonly path: string
  /** Symbolic links that left the tree and were taken out, relative to its root. */
  readonly removedLinks: readonly string[]
}

/** Says that this process uses a worktree; a killed process says so no longer. */
export interface WorktreeUse {
  end(): Promise<void>
}

/** What worktrees are made of. */
export interface WorktreesOptions {
  /** Private folder of the repository. */
  readonly folder: string
  readonly mirrorPath: string
  readonly callerEnv: Variables
  readonly limits: TreeLimits
  /** Where they are written for others to read; null: below the private folder, for driftd alone. */
  readonly sharedFolder: string | null
}

/**
 * One folder per commit, read-only, shared by all scans of that commit. All methods but `WorktreeUse.end` are called by
 * the holder of the repository's lock. A folder counts once a file beside it says that it is complete; a kill before
 * that, or in the middle of a removal, leaves one that is made anew (fault 44).
 */
export class Worktrees {
  readonly #options: WorktreesOptions
  readonly #folder: string
  readonly #usesFolder: string

  constructor(options: WorktreesOptions) {
    this.#options = options
    const { folder, sharedFolder } = options
    this.#folder = sharedFolder ?? join(folder, 'worktrees')
    const name =
      sharedFolder === null
        ? 'uses'
        : `uses-${createHash('sha256').update(sharedFolder).digest('hex').slice(0, 16)}`
    this.#usesFolder = join(folder, name)
  }

  /**
   * The worktree of a commit that the mirror has. Throws CHECKOUT_FAILED where Git cannot write it, or where it is
   * larger than the limits.
   */
  async open(commit: string, signal: AbortSignal | undefined): Promise<Worktree> {
    await this.#ensureFolder()
    const path = join(this.#folder, commit)
    const ready = await readReady(`${path}.json`)
    if (ready !== null) return { path, removedLinks: ready.removedLinks }
    await this.#remove(commit)
    await checkSize(
      { ...this.#git(signal), mirrorPath: this.#options.mirrorPath, commit },
      this.#options.limits,
    )
    await this.#add(path, commit, signal)
    const removedLinks = await containFiles(path)
    await writeWhole(`${path}.json`, JSON.stringify({ removedLinks }))
    return { path, removedLinks }
  }

  /** Keeps a commit's worktree from being removed until `end`, or the end of this process. */
  async use(commit: string): Promise<WorktreeUse> {
    await ensurePrivateFolder(this.#usesFolder)
    const file = join(this.#usesFolder, `${commit}.${randomBytes(8).toString('hex')}.lock`)
    const lock = await tryFileLock(file)
    if (lock === null) throw new DriftError('INTERNAL', `the new lock ${file} is held`)
    return { end: () => endUse(file, lock) }
  }

  /** Removes every worktree that nobody uses, but for one commit's, which the next scan will want. */
  async removeUnused(keptCommit: string): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const commits = new Set(names.map((name) => name.replace(/\.json.*$/, '')))
    commits.delete(keptCommit)
    if (commits.size === 0) return
    const used = await this.#usedCommits()
    for (const commit of commits) if (!used.has(commit)) await this.#remove(commit)
  }

  /** What is shared may be entered by whoever comes as far as the folder above it. */
  async #ensureFolder(): Promise<void> {
    if (this.#options.sharedFolder === null) {
      await ensurePrivateFolder(this.#folder)
      return
    }
    await mkdir(this.#folder, { recursive: true })
    await chmod(this.#folder, 0o711)
  }

  async #add(path: string, commit: string, signal: AbortSignal | undefined): Promise<void> {
    const gitDir = `--git-dir=${this.#options.mirrorPath}`
    await gitOutput({ ...this.#git(signal), args: [gitDir, 'worktree', 'prune', '--expire=now'] }, ...FAILED)
    const args = [gitDir, 'worktree', 'add', '--quiet', '--force', '--detach', '--', path, commit]
    await gitOutput(
      { ...this.#git(signal), args },
      'CHECKOUT_FAILED',
      `commit ${commit} could not be written to ${path}`,
    )
  }

  /** First the file that says it is complete, so that a kill in between leaves no half worktree in use. */
  async #remove(commit: string): Promise<void> {
    const path = join(this.#folder, commit)
    await rm(`${path}.json`, { force: true })
    await removeTree(path)
  }

  async #usedCommits(): Promise<ReadonlySet<string>> {
    const used = new Set<string>()
    for (const name of await readdir(this.#usesFolder).catch(() => [])) {
      const commit = COMMIT_OF_USER.exec(name)?.[1]
      if (commit === undefined) continue
      const file = join(this.#usesFolder, name)
      const lock = await tryFileLock(file)
      if (lock === null) used.add(commit)
      else await endUse(file, lock)
    }
    return used
  }

  #git(signal: AbortSignal | undefined) {
    const { folder, callerEnv } = this.#options
    return { cwd: folder, network: null, callerEnv, timeoutMs: CHECKOUT_TIMEOUT_MS, signal } as const
  }
}

const FAILED = ['CHECKOUT_FAILED', 'old worktrees could not be forgotten'] as const

async function endUse(file: string, lock: FileLock): Promise<void> {
  await unlink(file).catch(() => {})
  lock.release()
}

async function readReady(file: string): Promise<z.output<typeof readySchema> | null> {
  try {
    return readySchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
