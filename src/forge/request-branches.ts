/** A branch with one commit of ours, which adds files to another commit. */
export interface RequestBranch {
  /** Begins with `drift/`; nothing else is ever pushed. */
  readonly branch: string
  readonly baseCommit: string
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly message: string
  /** ISO 8601: the same proposal is the same commit, so that one that was interrupted can be made again. */
  readonly at: string
}

/** What a forge may do with the tracked repository's Git beside reading its history: branches of its own, nothing else. */
export interface RequestBranches {
  /**
   * Makes the branch where the remote has none, and returns its first commit. A branch that holds that commit already is
   * left as it is. Throws FORGE_FAILED where it holds something else, or the remote refuses.
   */
  push(branch: RequestBranch, signal: AbortSignal): Promise<string>
  /** Fetches a branch's commits into the mirror; returns its newest, null where the remote has no such branch. */
  bring(branch: string, signal: AbortSignal): Promise<string | null>
  /** Removes it at the remote; one that is gone already is no error. */
  remove(branch: string, signal: AbortSignal): Promise<void>
}
