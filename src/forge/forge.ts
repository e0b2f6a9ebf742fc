import type { Examination } from '../domain/examination.js'
import type { PullRequest } from '../domain/request.js'

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
  /** When the request was made, ISO 8601: a proposal that is made twice is the same commit. */
  readonly createdAt: string
  readonly title: string
  /** Markdown, neutralised against mentions and closing keywords. */
  readonly body: string
}

/** Where a proposal stands, and what was said to it so far. */
export interface PullRequestView {
  /** On plain Git a branch that is gone is `closed`: whether it was merged is seen on the tracked branch. */
  readonly state: 'open' | 'merged' | 'closed' | 'missing'
  /** The commit that approvals must be of now; null where there is none any more. */
  readonly headCommit: string | null
  readonly approvals: readonly Approval[]
}

/** Somebody's word on a pull request, as far as it counts for the gate. */
export interface Approval {
  /** Immutable: a forge's user id, or the fingerprint of the signing key. */
  readonly identity: string
  /** For people, and what the approver list names. */
  readonly name: string
  readonly verdict: 'approved' | 'changes-requested'
  /** The commit it was given for; null where the forge does not say. */
  readonly commit: string | null
  /** ISO 8601; null where the forge does not say. */
  readonly at: string | null
  readonly isPerson: boolean
  readonly mayWrite: boolean
  /** Teams (`@organisation/team`) of the approver list that this person is in. */
  readonly teams: readonly string[]
  /** Why it is none though it is there, such as a signature that does not fit; null: it is one. */
  readonly problem: string | null
}

/** A request whose file is on the tracked branch. */
export interface MergedRequest {
  readonly requestId: string
  readonly path: string
  readonly branch: string
  readonly baseBranch: string
  readonly baseCommit: string
  readonly pullRequest: PullRequest
  /** The newest commit of the tracked branch, in the mirror. */
  readonly tip: string
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
  /** ISO 8601; null on plain Git, where approvals have no time either. */
  readonly mergedAt: string | null
  readonly baseBranch: string
  readonly isFromFork: boolean
  readonly isSameRepository: boolean
  readonly headCommit: string
  /** The head is what driftd pushed, an update merge of the base on top of it, or it is known by itself who may have pushed what (signatures). */
  readonly isHeadTrusted: boolean
  /** Who pushed last, where the head is another commit than driftd pushed; null: nobody else, or not known. */
  readonly lastPusher: string | null
  /** Every file that came with it. */
  readonly files: readonly {
    readonly path: string
    readonly status: 'added' | 'modified' | 'removed' | 'renamed'
  }[]
  /** Those of `files` that are signatures of approval (plain Git): `<request file>.<principal>.sig`. */
  readonly approvalFiles: readonly string[]
  /** Git blob id of the request file at the pull request's head. */
  readonly blobAtHead: string | null
  /** Identities that never count: author, committers, last pusher, bots, driftd itself. */
  readonly excludedIdentities: readonly string[]
  /** The latest word of each person; from every page. */
  readonly approvals: readonly Approval[]
  /** The forge takes approvals back when somebody pushes: only then one without a commit counts. */
  readonly dropsApprovalsOnPush: boolean
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
  /** What an approver does, as lines of Markdown with exact commands. Needs no network. */
  approvalSteps(proposal: Pick<ForgeProposal, 'path' | 'branch' | 'baseBranch'>): readonly string[]
  stateOf(
    proposal: Pick<MergedRequest, 'path' | 'branch' | 'pullRequest'>,
    signal: AbortSignal,
  ): Promise<PullRequestView>
  /** How the file came to the tracked branch. */
  evidence(merged: MergedRequest, signal: AbortSignal): Promise<ForgeEvidence>
  /** Writes a comment once: a second call with the same marker changes it. Absent: there is nowhere to write to. */
  comment?(pullRequest: PullRequest, marker: string, text: string, signal: AbortSignal): Promise<void>
  /** Closes a pull request that is superseded or expired; one that is closed already is no error. */
  close(pullRequest: PullRequest, reason: string, signal: AbortSignal): Promise<void>
  /** Rights of the token, protection of the branch: for `driftd doctor`. */
  examine(signal: AbortSignal): Promise<readonly Examination[]>
}
