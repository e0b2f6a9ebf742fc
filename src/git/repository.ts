import type { RequestBranches } from '../forge/request-branches.js'
import type { Checkout } from '../scan/provider.js'
import type { History } from './history.js'
import type { FetchedTip } from './signed-tips.js'
import type { RepositoryMemory } from './state-file.js'

/** A repository that driftd tracks, at one ref. */
export interface Repository {
  /** `mirror`: fetched and checked out by driftd; `in-place`: the user's own folder, which is no Git repository. */
  readonly mode: 'mirror' | 'in-place'
  /** What the fetched commits say; null in place. */
  readonly history: History | null
  /** What is known of its remote; null in place. */
  readonly memory: RepositoryMemory | null
  /** The branches of requests; null in place. */
  readonly branches: RequestBranches | null
  /** The branch that is tracked; null where the ref is a tag or a commit, and in place. Errors as `checkout`. */
  trackedBranch(signal?: AbortSignal): Promise<string | null>
  /** The commit that the ref names now, asked of the remote; null in place. Errors as `checkout`. */
  latestCommit(signal?: AbortSignal): Promise<string | null>
  /**
   * Fetches the newest commit where the ref moved, without writing its files; null in place. Errors as `checkout`, but a
   * tip that is not signed as required is none.
   */
  fetchTip(signal?: AbortSignal): Promise<FetchedTip | null>
  /**
   * The files of the newest commit, with `offline` of the one fetched last, or of a named `commit`; where only signed
   * commits count, of the last one that does. To be released. Throws REPOSITORY_UNREACHABLE, REF_NOT_FOUND,
   * CHECKOUT_FAILED, COMMIT_UNSIGNED, SIGNERS_UNUSABLE, GIT_MISSING, DISK_FULL, or what `signal` was aborted with.
   */
  checkout(options?: CheckoutOptions): Promise<OpenCheckout>
}

export interface CheckoutOptions {
  readonly signal?: AbortSignal | undefined
  /** Do not ask the remote. */
  readonly offline?: boolean
  /** This commit, which was fetched earlier; the remote is not asked. */
  readonly commit?: string
  /** Folder of root's that others may enter: the files are written there for them to read. Default: for driftd alone. */
  readonly sharedFolder?: string
}

/** A checkout in use. */
export interface OpenCheckout extends Checkout {
  /** Symbolic links that left the tree and were taken out of it, relative to the root. */
  readonly removedLinks: readonly string[]
  /** The newest commit where it is another one, since it is not signed as required; else null. */
  readonly unsigned: UnsignedTip | null
  /** The files may go. Safe to call twice. */
  release(): Promise<void>
}

/** A newest commit that is not scanned. */
export interface UnsignedTip {
  readonly tip: string
  /** Follows "commit X". */
  readonly problem: string
}
