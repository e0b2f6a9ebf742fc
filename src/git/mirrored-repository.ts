import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { isObjectId } from '../domain/git-ref.js'
import { withFileLock } from '../lib/file-lock.js'
import { Mirror } from './mirror.js'
import { createMirrorHistory } from './mirror-history.js'
import { Remote, type RemoteAddress } from './remote.js'
import type { CheckoutOptions, OpenCheckout, Repository } from './repository.js'
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
}

/**
 * A repository that is kept as a bare mirror: fetched only when the ref moved, checked out once per commit, worktrees that
 * nobody uses removed. Several processes may share the folder.
 */
export function createMirroredRepository({ folder, ref, limits, address }: MirrorOptions): Repository {
  const remote = new Remote(address)
  const mirror = new Mirror(folder, remote)
  const worktrees = new Worktrees({ folder, mirrorPath: mirror.path, callerEnv: address.callerEnv, limits })
  const locked = <T>(signal: AbortSignal | undefined, fn: () => Promise<T>): Promise<T> =>
    withFileLock(join(folder, 'lock'), { timeoutMs: LOCK_TIMEOUT_MS, ...(signal && { signal }) }, fn)

  /** The newest commit, in the mirror. */
  async function bring({ signal, offline, commit }: CheckoutOptions): Promise<string> {
    if (commit !== undefined) return fetchedEarlier(commit)
    if (offline) return lastKnown()
    const found = await remote.resolve(ref, signal)
    const isHere = (await mirror.lastFetched(ref)) === found.commit && (await mirror.has(found.commit))
    return isHere ? found.commit : mirror.update(ref, found, signal)
  }

  async function fetchedEarlier(commit: string): Promise<string> {
    if (isObjectId(commit) && (await mirror.has(commit))) return commit
    const what = `commit ${JSON.stringify(commit)} of ${address.url}`
    throw new DriftError(
      'CHECKOUT_FAILED',
      `${what} is not in the mirror: scan again, which fetches the newest`,
    )
  }

  async function lastKnown(): Promise<string> {
    const commit = await mirror.lastFetched(ref)
    if (commit !== null) return commit
    throw new DriftError(
      'REPOSITORY_UNREACHABLE',
      `${address.url} was never fetched, so there is no last commit`,
    )
  }

  /** A mirror whose objects are damaged cannot be checked out: once, it is cloned anew. */
  async function openWorktree(commit: string, options: CheckoutOptions): Promise<Worktree> {
    try {
      return await worktrees.open(commit, options.signal)
    } catch (error) {
      const isOnline = !options.offline && options.commit === undefined
      const mayHeal = error instanceof DriftError && error.code === 'CHECKOUT_FAILED' && isOnline
      if (!mayHeal || (await mirror.isSound())) throw error
      await mirror.discard()
      await bring(options)
      return worktrees.open(commit, options.signal)
    }
  }

  return {
    mode: 'mirror',
    history: createMirrorHistory({
      mirrorPath: mirror.path,
      folder,
      callerEnv: address.callerEnv,
      locked: (fn) => locked(undefined, fn),
    }),
    latestCommit: async (signal) => (await remote.resolve(ref, signal)).commit,
    checkout: (options = {}) =>
      locked(options.signal, async (): Promise<OpenCheckout> => {
        const commit = await bring(options)
        const { path, removedLinks } = await openWorktree(commit, options)
        const use = await worktrees.use(commit)
        await worktrees.removeUnused(commit)
        return { root: path, commit, mode: 'worktree', removedLinks, release: once(() => use.end()) }
      }),
  }
}

function once(fn: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => {
    running ??= fn()
    return running
  }
}
