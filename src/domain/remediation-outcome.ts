import type { NextStep } from './alert-message.js'
import type { GateCheck, GateVerdict } from './gate-check.js'
import type { Receipt, RequestState } from './request.js'

/**
 * Where the remediation of a stack stands. `drifted`: nothing that could be carried out would undo what differs;
 * `not-now`: the gate says no, and may say yes later; `not-converged`: carried out, and a scan still finds drift.
 */
export const REMEDIATION_STATUSES = [
  'in-sync',
  'drifted',
  'proposed',
  'waiting',
  'applied',
  'not-converged',
  'refused',
  'not-now',
  'failed',
  'unknown',
] as const
export type RemediationStatus = (typeof REMEDIATION_STATUSES)[number]

/** A request, as people are shown one. */
export interface RequestView {
  readonly id: string
  readonly state: RequestState
  readonly branch: string
  readonly path: string
  readonly url: string | null
  readonly planDigest: string
  readonly expiresAt: string
}

/** What came of advancing a stack's remediation. Free of secrets. */
export interface RemediationOutcome {
  readonly stack: string
  readonly status: RemediationStatus
  /** In one sentence. */
  readonly message: string
  readonly request: RequestView | null
  /** The request that was proposed in place of the one above. */
  readonly proposedInstead: RequestView | null
  /** Those that say why; all where the gate decided. */
  readonly checks: readonly GateCheck[]
  readonly receipt: Receipt | null
  readonly nextSteps: readonly NextStep[]
}

/** Every check of the gate on one request. */
export interface ExplainedRequest {
  readonly id: string
  readonly stack: string
  /** Null: this store never proposed it. */
  readonly request: RequestView | null
  readonly verdict: GateVerdict
  readonly checks: readonly GateCheck[]
  /** When the gate decided; null: the checks were made just now. */
  readonly decidedAt: string | null
}
