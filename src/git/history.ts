/** What became of a file between two commits. A renamed one is removed under its old name and added under its new one. */
export const FILE_CHANGES = ['added', 'modified', 'removed'] as const
export type FileChange = (typeof FILE_CHANGES)[number]

/** A file that differs between two commits. */
export interface ChangedFile {
  /** Relative to the repository's root. */
  readonly path: string
  /** A changed mode, or a file that became a link, is `modified` too. */
  readonly change: FileChange
}

/** What Git has at a path. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symbolic link), `040000` (folder), `160000` (submodule). */
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  /** The object id: equal for equal content; of a folder, of all that is below it. */
  readonly id: string
}

/** A name and an address as a commit carries them: whoever makes a commit may write anything here. */
export interface CommitPerson {
  readonly name: string
  readonly email: string
}

/** One commit and what it changed. */
export interface HistoryCommit {
  readonly id: string
  readonly parents: readonly string[]
  readonly author: CommitPerson
  readonly committer: CommitPerson
  /** ISO 8601, UTC; as the committer's clock, or the committer, said. */
  readonly committedAt: string
  /** Against its first parent, so that a merge shows what it brought into the branch. */
  readonly files: readonly ChangedFile[]
}

/**
 * What the commits that were fetched say: read from the mirror, never from the network or from a work tree. Commits are
 * full object ids. Every method throws HISTORY_UNREADABLE where a commit is not there or the answer is larger than
 * driftd reads (10,000 commits, 100,000 files): then nothing is known, and nothing may be taken for unchanged.
 */
export interface History {
  /** True where every commit of `ancestor` is in `descendant`; also for the same commit. False where `ancestor` is gone. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>
  /** Sorted by path. */
  changedFiles(from: string, to: string): Promise<readonly ChangedFile[]>
  /** One entry per path in the order asked, null where the commit has none; `.` is the root. */
  treeEntries(commit: string, paths: readonly string[]): Promise<readonly (TreeEntry | null)[]>
  /** The exact bytes of a regular file, null where there is none or it is larger than 4 MiB. Links are not followed. */
  readFileAt(commit: string, path: string): Promise<Buffer | null>
  /** The object id of a regular file, or null. */
  blobId(commit: string, path: string): Promise<string | null>
  /** The commits of `to` that are not in `from` (null: all), ancestors first. */
  commitsBetween(from: string | null, to: string): Promise<readonly HistoryCommit[]>
}
