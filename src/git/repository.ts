import type { Checkout } from '../scan/provider.js'
import type { History } from './history.js'

/** A repository that driftd tracks, at one ref. */
export interface Repository {
  /** `mirror`: fetched and checked out by driftd; `in-place`: the user's own folder, which is no Git repository. */
  readonly mode: 'mirror' | 'in-place'
  /** What the fetched commits say; null in place. */
  readonly history: History | null
  /** The commit that the ref names now, asked of the remote; null in place. Errors as `checkout`. */
  latestCommit(signal?: AbortSignal): Promise<string | null>
  /**
   * The files of the newest commit, with `offline` of the one fetched last, or of a named `commit`. To be released. Throws
   * REPOSITORY_UNREACHABLE, REF_NOT_FOUND, CHECKOUT_FAILED, GIT_MISSING, DISK_FULL, or what `signal` was aborted with.
   */
  checkout(options?: CheckoutOptions): Promise<OpenCheckout>
}

export interface CheckoutOptions {
  readonly signal?: AbortSignal | undefined
  /** Do not ask the remote. */
  readonly offline?: boolean
  /** This commit, which was fetched earlier; the remote is not asked. */
  readonly commit?: string
}

/** A checkout in use. */
export interface OpenCheckout extends Checkout {
  /** Symbolic links that left the tree and were taken out of it, relative to the root. */
  readonly removedLinks: readonly string[]
  /** The files may go. Safe to call twice. */
  release(): Promise<void>
}
