import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { isObjectId } from '../domain/git-ref.js'
import { makeScratchFolder } from '../lib/private-folder.js'
import { type GitCredentials, prepareLogin } from './credentials.js'
import type { NetworkAccess, Variables } from './git-environment.js'
import { findRemoteRef, lsRemotePatterns, type RemoteRef } from './remote-ref.js'
import { type GitOutcome, runGit } from './run-git.js'

/** A remote that takes longer to list its refs is not there. */
const LIST_TIMEOUT_MS = 60_000
/** Below a repository's private folder: what a killed process leaves here is wiped when it is opened next. */
export const SCRATCH = 'scratch'
/** `ls-remote --exit-code`: no ref matches. */
const NO_MATCH = 2

/** What a remote is reached by. */
export interface RemoteAddress {
  /** A URL of https, http, ssh, or an absolute path; checked, without credentials. */
  readonly url: string
  readonly protocol: NetworkAccess['protocol']
  readonly credentials: GitCredentials | null
  readonly callerEnv: Variables
  /** Private folder, for a key while it is in use. */
  readonly folder: string
}

/** The other side: everything that goes over the network. */
export class Remote {
  readonly url: string
  readonly callerEnv: Variables
  readonly #address: RemoteAddress

  constructor(address: RemoteAddress) {
    this.url = address.url
    this.callerEnv = address.callerEnv
    this.#address = address
  }

  /**
   * Where a ref points now (null: the default branch). A full commit id is taken as it is. Throws
   * REPOSITORY_UNREACHABLE, REF_NOT_FOUND.
   */
  async resolve(ref: string | null, signal: AbortSignal | undefined): Promise<RemoteRef> {
    if (ref !== null && isObjectId(ref)) return { fullName: ref, commit: ref }
    const args = ['ls-remote', '--quiet', '--exit-code', '--', this.url, ...lsRemotePatterns(ref)]
    const outcome = await this.run(args, LIST_TIMEOUT_MS, signal)
    if (outcome.exitCode !== 0 && outcome.exitCode !== NO_MATCH) throw this.#unreachable(outcome)
    const found = findRemoteRef(outcome.stdout, ref)
    if (found !== null) return found
    const name = ref === null ? 'default branch' : `branch or tag ${ref}`
    throw new DriftError('REF_NOT_FOUND', `${this.url} has no ${name}: correct ref, or push it`)
  }

  /** The branch that a ref names (null: the default one), without `refs/heads/`; null where it names a tag or a commit. */
  async branchOf(ref: string | null, signal: AbortSignal | undefined): Promise<string | null> {
    if (ref !== null) return branchName((await this.resolve(ref, signal)).fullName)
    const args = ['ls-remote', '--quiet', '--symref', '--', this.url, 'HEAD']
    const outcome = await this.run(args, LIST_TIMEOUT_MS, signal)
    if (outcome.exitCode !== 0) throw this.#unreachable(outcome)
    return branchName(/^ref: (\S+)\tHEAD$/m.exec(outcome.stdout)?.[1] ?? '')
  }

  /** Runs Git with the way to the remote open and its credentials at hand. */
  async run(
    args: readonly string[],
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<GitOutcome> {
    const { url, protocol, credentials, callerEnv, folder } = this.#address
    const scratch = await makeScratchFolder(join(folder, SCRATCH))
    try {
      const { secrets, ...login } = await prepareLogin(url, credentials, scratch.path)
      const network: NetworkAccess = { protocol, ...login }
      return await runGit({ args, cwd: scratch.path, network, callerEnv, timeoutMs, signal, secrets })
    } catch (error) {
      if (!(error instanceof DriftError) || error.code !== 'TIMEOUT') throw error
      const message = `${url} did not answer in time: ${error.message}`
      throw new DriftError('REPOSITORY_UNREACHABLE', message, { cause: error })
    } finally {
      await scratch.remove()
    }
  }

  #unreachable({ complaint, exitCode }: GitOutcome): DriftError {
    const why = complaint || `git ended with ${exitCode}`
    const message = `${this.url} could not be read: ${why}; try "git ls-remote" on it as the same user`
    return new DriftError('REPOSITORY_UNREACHABLE', message)
  }
}

function branchName(fullName: string): string | null {
  return fullName.startsWith('refs/heads/') ? fullName.slice('refs/heads/'.length) : null
}
