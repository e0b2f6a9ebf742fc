import type { NextStep } from '../domain/alert-message.js'
import type { GateCheck } from '../domain/gate-check.js'
import type { Receipt, RequestState } from '../domain/request.js'
import type { LedgerRequest } from './ledger.js'

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

/** An outcome; takes what differs from nothing. */
export function buildOutcome(
  outcome: Pick<RemediationOutcome, 'stack' | 'status' | 'message'> & Partial<RemediationOutcome>,
): RemediationOutcome {
  return {
    request: null,
    proposedInstead: null,
    checks: [],
    receipt: null,
    nextSteps: [],
    ...outcome,
  }
}

/** What people are shown of a request. */
export function toRequestView(request: LedgerRequest): RequestView {
  const { id, state, branch, path, pullRequest, planDigest, expiresAt } = request
  return { id, state, branch, path, url: pullRequest?.url ?? null, planDigest, expiresAt }
}

/** The command that advances a stack again. */
export function againStep(stack: string, text: string, ...options: readonly string[]): NextStep {
  return { text, command: ['driftd remediate', stack, ...options].join(' '), url: null }
}
