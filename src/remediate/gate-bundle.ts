import type { Proposal } from '../domain/proposal.js'
import type { RewrittenHistory } from '../domain/repository-state.js'
import type { RequestCode } from '../domain/request.js'
import type { ForgeEvidence } from '../forge/forge.js'
import type { Freeze, LedgerRequest } from './ledger.js'

/** What the gate goes by; from the daemon's own configuration, never from a repository (T13). */
export interface GatePolicy {
  readonly isEnabled: boolean
  /** Approvals of every request, and of those that delete, replace, cannot be undone, or are of the stacks named below. */
  readonly minimum: number
  readonly destructive: number
  /** Label to globs of its value. */
  readonly destructiveLabels: Readonly<Record<string, readonly string[]>>
  /** Names, or `@organisation/team`. Empty: nobody. */
  readonly approvers: readonly string[]
  readonly expiresAfterMs: number
  readonly limits: {
    readonly maxDestroy: number
    readonly maxChanges: number
    readonly allowReplace: boolean
  }
}

/** The stack as it is configured. */
export interface GateTarget {
  readonly repository: string
  readonly baseBranch: string
  readonly stack: string
  readonly provider: string
  readonly path: string
  readonly labels: Readonly<Record<string, string>>
}

/** A thing that an earlier request changed, not longer than a day ago. */
export interface RecentChange {
  readonly requestId: string
  readonly address: string
  readonly host: string | null
}

/** A plan made now, and the code it was made of. */
export interface FreshPlan {
  readonly code: RequestCode
  readonly proposal: Proposal
}

/** Everything the gate looks at. What is null is not known, which is never a yes. */
export interface GateBundle {
  /** ISO 8601, UTC. */
  readonly now: string
  readonly policy: GatePolicy
  readonly target: GateTarget
  /** The kill switch where it is on, and reasons of the freeze windows that the stack is in now. */
  readonly freeze: Freeze | null
  readonly windows: readonly string[]
  readonly ledger: { readonly epoch: number; readonly request: LedgerRequest | null }
  /** The request's file on the tip of the tracked branch. */
  readonly file: { readonly path: string; readonly text: string | null; readonly blob: string | null }
  readonly history: {
    readonly tip: string
    /** The tracked branch was moved to where it does not follow from; nobody has acknowledged it. */
    readonly rewritten: RewrittenHistory | null
    /** The commit that the request was made at is in the tip. */
    readonly hasBase: boolean | null
  }
  /** Null: the forge did not answer, `forgeProblem` says how. */
  readonly forge: ForgeEvidence | null
  readonly forgeProblem: string | null
  /** Null: not planned yet. */
  readonly fresh: FreshPlan | null
  readonly recent: readonly RecentChange[]
}
