import type { NextStep } from '../domain/alert-message.js'
import type { RemediationOutcome, RequestView } from '../domain/remediation-outcome.js'
import type { LedgerRequest } from './ledger.js'

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
