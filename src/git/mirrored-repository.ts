import { basename, join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { isObjectId } from '../domain/git-ref.js'
import { withFileLock } from '../lib/file-lock.js'
import { Mirror } from './mirror.js'
import { createMirrorHistory } from './mirror-history.js'
import { createRequestBranches } from './push-request-branch.js'
import { refKey } from './ref-key.js'
import { Remote, type RemoteAddress } from './remote.js'
import type { CheckoutOptions, OpenCheckout, Repository, UnsignedTip } from './repository.js'
import type { Signers } from './signature-rules.js'
import { type FetchedTip, SignedTips } from './signed-tips.js'
import { createStateFile } from './state-file.js'
import type { TreeLimits } from './tree-size.js'
import { type Worktree, Worktrees } from './worktrees.js'

/** Longer than a first fetch and its checkout may take (mirror.ts, worktrees.ts). */
const LOCK_TIMEOUT_MS = 50 * 60_000

/** What a mirrored repository is made of. */
export interface MirrorOptions {
  /** Private folder of this repository. */
  readonly folder: string
  readonly ref: string | null
  readonly limits: TreeLimits
  readonly address: RemoteAddress
  /** Whose signature the commits that are scanned must have; null: nobody's. */
  readonly signers: Signers | null
}

/**
 * A repository that is kept as a bare mirror: fetched only when the ref moved, checked out once per commit, worktrees that
 * nobody uses removed. Several processes may share the folder.
 */
export function createMirroredRepository(options: MirrorOptions): Repository {
  const { folder, ref, limits, address, signers } = options
  const { callerEnv } = address
  const remote = new Remote(address)
  const mirror = new Mirror(folder, remote, limits.maxMirrorBytes)
  const worktreesIn = (sharedFolder: string | null): Worktrees =>
    new Worktrees({ folder, mirrorPath: mirror.path, callerEnv, limits, sharedFolder })
  const locked = <T>(signal: AbortSignal | undefined, fn: () => Promise<T>): Promise<T> =>
    withFileLock(join(folder, 'lock'), { timeoutMs: LOCK_TIMEOUT_MS, ...(signal && { signal }) }, fn)

  const signed =
    signers && new SignedTips({ signers, mirrorPath: mirror.path, folder, callerEnv }, mirror, ref)
  const history = createMirrorHistory({
    mirrorPath: mirror.path,
    folder,
    callerEnv,
    locked: (fn) => locked(undefined, fn),
  })

  /** The newest commit, in the mirror, and what of it may be scanned. */
  async function bring(signal: AbortSignal | undefined): Promise<FetchedTip> {
    const found = await remote.resolve(ref, signal)
    const isHere = (await mirror.lastFetched(ref)) === found.commit && (await mirror.has(found.commit))
    const tip = isHere ? found.commit : await mirror.update(ref, found, signal)
    return signed === null ? { tip, commit: tip, problem: null } : signed.judge(tip)
  }

  async function choose({ commit, offline, signal }: CheckoutOptions): Promise<ChosenCommit> {
    if (commit !== undefined) return { commit: await fetchedEarlier(commit), unsigned: null }
    if (offline) return { commit: await lastKnown(), unsigned: null }
    const { tip, problem, commit: good } = await bring(signal)
    if (problem === null) return { commit: tip, unsigned: null }
    if (good !== null) return { commit: good, unsigned: { tip, problem } }
    const todo =
      'and none before it was: push one that is signed by an allowed signer, or add its key to them'
    throw new DriftError('COMMIT_UNSIGNED', `commit ${tip} of ${address.url} ${problem}, ${todo}`)
  }

  async function fetchedEarlier(commit: string): Promise<string> {
    const isHere = isObjectId(commit) && (await mirror.has(commit))
    const name = `commit ${JSON.stringify(commit)} of ${address.url}`
    if (!isHere)
      throw new DriftError(
        'CHECKOUT_FAILED',
        `${name} is not in the mirror: scan again, which fetches the newest`,
      )
    if (signed === null) return commit
    const good = await signed.lastGood()
    if (good !== null && (await history.isAncestor(commit, good))) return commit
    throw new DriftError('COMMIT_UNSIGNED', `${name} is not part of what was signed: name a commit that is`)
  }

  async function lastKnown(): Promise<string> {
    const commit = await (signed === null ? mirror.lastFetched(ref) : signed.lastGood())
    if (commit !== null) return commit
    throw new DriftError(
      'REPOSITORY_UNREACHABLE',
      `no commit of ${address.url} was ever fetched that could be scanned without asking it`,
    )
  }

  /** A mirror whose objects are damaged cannot be checked out: once, it is cloned anew. */
  async function openWorktree(
    worktrees: Worktrees,
    chosen: ChosenCommit,
    options: CheckoutOptions,
  ): Promise<ChosenCommit & Worktree> {
    try {
      return { ...chosen, ...(await worktrees.open(chosen.commit, options.signal)) }
    } catch (error) {
      const isOnline = !options.offline && options.commit === undefined
      const mayHeal = error instanceof DriftError && error.code === 'CHECKOUT_FAILED' && isOnline
      if (!mayHeal || (await mirror.isSound())) throw error
      await mirror.discard()
      const again = await choose(options)
      return { ...again, ...(await worktrees.open(again.commit, options.signal)) }
    }
  }

  return {
    mode: 'mirror',
    history,
    memory: createStateFile(join(folder, `state-${refKey(ref)}.json`)),
    branches: createRequestBranches({
      mirror,
      remote,
      folder,
      locked: (signal, fn) => locked(signal, fn),
    }),
    trackedBranch: (signal) => remote.branchOf(ref, signal),
    latestCommit: async (signal) => (await remote.resolve(ref, signal)).commit,
    fetchTip: (signal) => locked(signal, () => bring(signal)),
    checkout: (options = {}) =>
      locked(options.signal, async (): Promise<OpenCheckout> => {
        const { sharedFolder } = options
        const worktrees = worktreesIn(sharedFolder ? join(sharedFolder, basename(folder)) : null)
        const opened = await openWorktree(worktrees, await choose(options), options)
        const { commit, unsigned, path: root, removedLinks } = opened
        const use = await worktrees.use(commit)
        await worktrees.removeUnused(commit)
        return { root, commit, mode: 'worktree', removedLinks, unsigned, release: once(() => use.end()) }
      }),
  }
}

/** What is checked out, and why it is not the newest commit. */
interface ChosenCommit {
  readonly commit: string
  readonly unsigned: UnsignedTip | null
}

function once(fn: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => {
    running ??= fn()
    return running
  }
}
