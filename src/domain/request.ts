import type { RemediationAction, RemediationScope } from './proposal.js'
import type { Action } from './record.js'

/**
 * A proposed remediation, as its file in the pull request has it: written once, never changed, signed by the daemon that
 * wrote it. Free of secrets. Times are ISO 8601, UTC.
 */
export interface RemediationRequest {
  readonly schemaVersion: 1
  /** ULID. */
  readonly id: string
  /** 128 random bits as 32 hexadecimal digits. */
  readonly nonce: string
  readonly repository: string
  readonly stack: string
  readonly provider: string
  /** The stack's folder, relative to the root. */
  readonly path: string
  readonly action: RemediationAction
  readonly scope: Omit<RemediationScope, 'action'>
  /** The tracked branch, and the commit of it that the plan was made at. */
  readonly baseBranch: string
  readonly baseCommit: string
  readonly code: RequestCode
  /** What the plan depends on beside the code (`Proposal.bindings`). */
  readonly bindings: Readonly<Record<string, string>>
  readonly planDigest: string
  readonly digestVersion: number
  readonly summary: RequestSummary
  readonly limits: RequestLimits
  /** Who asked for it; never counts as approver. */
  readonly requester: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly signature: RequestSignature
}

/** The code that a plan was made of. */
export interface RequestCode {
  /** `sha256:<hex>` over mode, object id and path of every file that the stack depends on. */
  readonly inputs: string
  readonly files: number
  /** Git's tree ids of the stack's folder and of those folders outside it that it uses; sorted by path. */
  readonly trees: readonly { readonly path: string; readonly id: string }[]
}

/** What people are told that carrying a request out would do; made anew from the fresh plan and compared. */
export interface RequestSummary {
  readonly changes: readonly RequestChange[]
  readonly destroys: number
  readonly replaces: number
  readonly unpreviewed: readonly string[]
  readonly warnings: readonly string[]
}

/** One change, without values. */
export interface RequestChange {
  readonly address: string
  readonly host: string | null
  readonly action: Action
  /** Paths of the attributes that change, such as `tags.Owner`. */
  readonly attributes: readonly string[]
  readonly cause: 'drift' | 'pending' | 'consequence'
  readonly isIrreversible: boolean
}

/** What carrying a request out may do at most; the daemon's own limits hold besides. */
export interface RequestLimits {
  readonly maxDestroy: number
  readonly maxChanges: number
  readonly allowReplace: boolean
  /** Things that hold data may be replaced or deleted, and what cannot be undone may be done. */
  readonly allowIrreversible: boolean
  /** Most of the stack may be made anew, although credentials that see nothing look the same. */
  readonly allowMassDelete: boolean
  /** Code that nobody applied yet is applied too. */
  readonly includePending: boolean
}

/** Ed25519 over the canonical JSON of the request without this key. */
export interface RequestSignature {
  readonly keyId: string
  /** Base64. */
  readonly value: string
}

/** Where a request stands. `claimed`: one process is at it and has changed nothing yet; `unknown`: it was interrupted while changing. */
export const REQUEST_STATES = [
  'proposed',
  'claimed',
  'applying',
  'applied',
  'failed',
  'unknown',
  'refused',
  'expired',
  'superseded',
  'closed',
] as const
export type RequestState = (typeof REQUEST_STATES)[number]

/** A pull request, or on plain Git the branch that stands for one. */
export interface PullRequest {
  /** Immutable id of the forge; the branch's name on plain Git. */
  readonly id: string
  /** For people; null on plain Git. */
  readonly url: string | null
  /** The commit that driftd pushed. */
  readonly pushedCommit: string
}

/** How a request was carried out. Free of secrets. */
export interface Receipt {
  readonly requestId: string
  readonly status: 'applied' | 'failed' | 'unknown'
  /** The tip of the tracked branch that was applied. */
  readonly commit: string
  readonly startedAt: string
  readonly endedAt: string
  readonly message: string | null
  /** What changed although nobody approved it; empty where the engine tells and all is as approved. */
  readonly unexpected: readonly string[]
  /** What a new scan found afterwards; `failed`: it has no verdict; null: not made yet. */
  readonly verification: 'converged' | 'not-converged' | 'failed' | null
  /** The scan that verified it. */
  readonly scan: string | null
}
