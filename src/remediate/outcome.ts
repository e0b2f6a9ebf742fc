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

/** How people say yes: at the pull request; on plain Git the commits of the branch say what is asked, and how to approve it. */
export function approvalStep(branch: string, url: string | null): NextStep {
  if (url !== null) return { text: 'Approve and merge it', command: null, url }
  const command = `git fetch && git log ..origin/${branch}`
  return { text: 'Read it, and how to approve it', command, url }
}

/** What comes after the approval, wherever that is given. */
export function onceMergedStep(stack: string): NextStep {
  return againStep(stack, 'Once it is merged')
}
