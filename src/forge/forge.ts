import type { Examination } from '../domain/examination.js'

/** One file that is to be proposed in a pull request of its own. */
export interface ForgeProposal {
  readonly requestId: string
  readonly stack: string
  /** Path in the repository, and its exact bytes. */
  readonly path: string
  readonly content: string
  /** Branch that is made for it: `drift/<stack>/<request id>`. */
  readonly branch: string
  /** Tracked branch, and its commit that the request was made at. */
  readonly baseBranch: string
  readonly baseCommit: string
  readonly title: string
  /** Markdown, neutralised against mentions and closing keywords. */
  readonly body: string
}

/** A pull request, or on plain Git the branch that stands for one. */
export interface PullRequest {
  /** Immutable id of the forge; the branch's name on plain Git. */
  readonly id: string
  /** For people; null on plain Git. */
  readonly url: string | null
  /** The commit that driftd pushed. */
  readonly pushedCommit: string
}

/** Where a proposal stands. */
export type PullRequestState =
  | { readonly state: 'open' | 'merged' | 'closed'; readonly pullRequest: PullRequest }
  | { readonly state: 'missing' }

/** Somebody's word on a pull request, as far as it counts for the gate. */
export interface Approval {
  /** Immutable: a forge's user id, or the fingerprint of the signing key. */
  readonly identity: string
  /** For people, and what the approver list names. */
  readonly name: string
  readonly verdict: 'approved' | 'changes-requested'
  /** The commit it was given for; null where the forge does not say. */
  readonly commit: string | null
  readonly at: string | null
  readonly isPerson: boolean
  readonly mayWrite: boolean
  /** Teams (`@organisation/team`) of the approver list that this person is in. */
  readonly teams: readonly string[]
}

/** Everything the gate is told about how a request came to the tracked branch. What is not known is an error, never a yes. */
export interface ForgeEvidence {
  /** Pull requests that brought the file; the gate wants exactly one. */
  readonly pullRequests: readonly MergedPullRequest[]
}

/** One pull request as the forge has it. */
export interface MergedPullRequest {
  readonly pullRequest: PullRequest
  readonly isMerged: boolean
  readonly mergedAt: string | null
  readonly baseBranch: string
  readonly isFromFork: boolean
  readonly isSameRepository: boolean
  readonly headCommit: string
  /** Commits that the pull request's head may be without a new approval: the pushed one, and update merges of the base. */
  readonly isHeadTrusted: boolean
  /** Who pushed last, where the head is another commit than driftd pushed; null: nobody else, or not known. */
  readonly lastPusher: string | null
  readonly files: readonly {
    readonly path: string
    readonly status: 'added' | 'modified' | 'removed' | 'renamed'
  }[]
  /** Git blob id of the request file at the pull request's head. */
  readonly blobAtHead: string | null
  /** Identities that never count: author, committers, last pusher, bots, driftd itself. */
  readonly excludedIdentities: readonly string[]
  /** The latest word of each person; from every page. */
  readonly approvals: readonly Approval[]
  /** A rule of the forge itself that says no (changes requested, review required); null: no objection. */
  readonly veto: string | null
}

/**
 * GitHub, GitLab, or plain Git with signed approvals. Every method may throw FORGE_FAILED (an answer that is missing or
 * not understood means no) and what `signal` was aborted with.
 */
export interface Forge {
  readonly type: string
  /** Opens the one pull request of a request, or returns the one that is there already. */
  propose(proposal: ForgeProposal, signal: AbortSignal): Promise<PullRequest>
  stateOf(requestId: string, branch: string, signal: AbortSignal): Promise<PullRequestState>
  /** How the file came to the tracked branch: `commit` is the one that added it. */
  evidence(
    merged: {
      readonly requestId: string
      readonly path: string
      readonly commit: string
      readonly branch: string
    },
    signal: AbortSignal,
  ): Promise<ForgeEvidence>
  /** Writes a comment once: a second call with the same marker changes it. Absent: there is nowhere to write to. */
  comment?(pullRequest: PullRequest, marker: string, text: string, signal: AbortSignal): Promise<void>
  /** Closes a pull request that is superseded or expired. */
  close(pullRequest: PullRequest, reason: string, signal: AbortSignal): Promise<void>
  /** Rights of the token, protection of the branch: for `driftd doctor`. */
  examine(signal: AbortSignal): Promise<readonly Examination[]>
}
