import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import type { Remote } from './remote.js'
import type { RemoteRef } from './remote-ref.js'
import { removeTree } from './remove-tree.js'
import { type GitOutcome, type GitRequest, gitOutput, runGit } from './run-git.js'
import { withinSize } from './within-size.js'

/** Objects of a large repository over a slow line. */
const FETCH_TIMEOUT_MS = 30 * 60_000
const LOCAL_TIMEOUT_MS = 5 * 60_000
const MIRROR = 'mirror.git'
/** What a killed Git leaves behind and no other will ever remove. */
const LOCK_FILES: readonly string[] = [
  'HEAD.lock',
  'config.lock',
  'packed-refs.lock',
  'shallow.lock',
  'index.lock',
]

/**
 * A bare copy of a remote, with the refs that were asked for and nothing else. All methods are called by the holder of
 * the repository's lock.
 */
export class Mirror {
  readonly #folder: string
  readonly #remote: Remote
  readonly #maxBytes: number

  /** `folder` exists and is private; a mirror holds at most `maxBytes`. */
  constructor(folder: string, remote: Remote, maxBytes: number) {
    this.#folder = folder
    this.#remote = remote
    this.#maxBytes = maxBytes
  }

  get path(): string {
    return join(this.#folder, MIRROR)
  }

  /** True where the commit and its files are here. */
  async has(commit: string): Promise<boolean> {
    if (!(await exists(this.path))) return false
    const { exitCode } = await this.#run(['cat-file', '-e', `${commit}^{tree}`])
    return exitCode === 0
  }

  /** The commit that was last fetched for a ref, or null. */
  async lastFetched(ref: string | null): Promise<string | null> {
    if (!(await exists(this.path))) return null
    const { exitCode, stdout } = await this.#run([
      'rev-parse',
      '--verify',
      '--quiet',
      `${localName(ref)}^{commit}`,
    ])
    return exitCode === 0 ? stdout.trim() : null
  }

  /**
   * Fetches a ref and returns the commit it has now. A mirror that a crash left unusable is cloned anew into a new
   * folder, which then takes its place (fault 44). Throws REPOSITORY_UNREACHABLE, REF_NOT_FOUND.
   */
  async update(ref: string | null, found: RemoteRef, signal: AbortSignal | undefined): Promise<string> {
    await this.#removeLeftovers()
    const refspec = `+${found.fullName}:${localName(ref)}`
    if (await exists(this.path)) {
      const outcome = await this.#fetchInto(this.path, refspec, signal)
      if (outcome.exitCode !== 0 && (await this.isSound())) throw this.#unreachable(outcome)
      if (outcome.exitCode === 0) return this.#commitOf(ref)
    }
    await this.#replace(refspec, found.commit.length === 64 ? 'sha256' : 'sha1', signal)
    return this.#commitOf(ref)
  }

  /** Keeps a commit, and all before it, in the mirror though no ref of the remote may have it any longer. */
  async keep(name: string, commit: string): Promise<void> {
    const args = [`--git-dir=${this.path}`, 'update-ref', '--', `refs/driftd-kept/${name}`, commit]
    await gitOutput(this.#local(args), 'CHECKOUT_FAILED', `commit ${commit} could not be kept`)
  }

  /** Forgets what was fetched for a ref that the remote no longer has. */
  async forget(ref: string): Promise<void> {
    if (await exists(this.path)) await this.#run(['update-ref', '-d', localName(ref)])
  }

  /** Throws the mirror away, so that the next fetch clones it anew. */
  async discard(): Promise<void> {
    await removeTree(this.path)
  }

  /** Runs Git on the mirror, without network. */
  async #run(args: readonly string[]): Promise<GitOutcome> {
    return runGit(this.#local([`--git-dir=${this.path}`, ...args]))
  }

  #local(args: readonly string[]): GitRequest {
    return {
      args,
      cwd: this.#folder,
      network: null,
      callerEnv: this.#remote.callerEnv,
      timeoutMs: LOCAL_TIMEOUT_MS,
    }
  }

  async #replace(refspec: string, format: string, signal: AbortSignal | undefined): Promise<void> {
    const fresh = join(this.#folder, `${MIRROR}.new-${process.pid}`)
    const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--', fresh]
    await gitOutput(this.#local(init), 'CHECKOUT_FAILED', `a mirror of ${this.#remote.url} could not be made`)
    try {
      const outcome = await this.#fetchInto(fresh, refspec, signal)
      if (outcome.exitCode !== 0) throw this.#unreachable(outcome)
    } catch (error) {
      await removeTree(fresh)
      throw error
    }
    const old = join(this.#folder, `${MIRROR}.old-${process.pid}`)
    if (await exists(this.path)) await rename(this.path, old)
    await rename(fresh, this.path)
    await removeTree(old)
  }

  async #fetchInto(gitDir: string, refspec: string, signal: AbortSignal | undefined): Promise<GitOutcome> {
    const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--force']
    // a remote that is a shallow clone itself has no more to give; once it is complete, so is the mirror
    const depth = (await exists(join(gitDir, 'shallow'))) ? ['--unshallow'] : []
    const args = ['fetch', ...options, '--update-shallow', ...depth, '--', this.#remote.url, refspec]
    const packs = join(gitDir, 'objects/pack')
    try {
      return await withinSize({ folder: packs, maxBytes: this.#maxBytes, signal }, (limited) =>
        this.#remote.run([`--git-dir=${gitDir}`, ...args], FETCH_TIMEOUT_MS, limited),
      )
    } finally {
      // what a Git that was killed had received so far
      for (const name of await readdir(packs).catch(() => []))
        if (name.startsWith('tmp_')) await rm(join(packs, name), { force: true })
    }
  }

  /** The failed fetch was the remote's fault: no lock is left over and no object is missing. */
  async isSound(): Promise<boolean> {
    const names = await readdir(this.path)
    if (names.some((name) => LOCK_FILES.includes(name))) return false
    const { exitCode } = await this.#run(['fsck', '--connectivity-only', '--no-dangling', '--no-progress'])
    return exitCode === 0 && !(await this.#hasLockedRef())
  }

  async #hasLockedRef(): Promise<boolean> {
    const names = await readdir(join(this.path, 'refs'), { recursive: true })
    return names.some((name) => name.endsWith('.lock'))
  }

  async #commitOf(ref: string | null): Promise<string> {
    const commit = await this.lastFetched(ref)
    if (commit !== null) return commit
    throw new DriftError('REF_NOT_FOUND', `${ref ?? 'HEAD'} of ${this.#remote.url} is no commit: correct ref`)
  }

  async #removeLeftovers(): Promise<void> {
    const names = await readdir(this.#folder)
    for (const name of names.filter((name) => /\.(?:new|old)-\d+$/.test(name)))
      await removeTree(join(this.#folder, name))
  }

  #unreachable({ complaint, exitCode }: GitOutcome): DriftError {
    const why = complaint || `git ended with ${exitCode}`
    return new DriftError('REPOSITORY_UNREACHABLE', `${this.#remote.url} could not be fetched: ${why}`)
  }
}

/** Refs of ours, by a name of ours: nothing that the remote calls a ref has a meaning in the mirror. */
function localName(ref: string | null): string {
  return `refs/driftd/${Buffer.from(ref ?? 'HEAD').toString('hex')}`
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
