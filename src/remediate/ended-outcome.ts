import type { GateCheck } from '../domain/gate-check.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import type { Receipt } from '../domain/request.js'
import type { LedgerRequest } from './ledger.js'
import { againStep, buildOutcome, toRequestView } from './outcome.js'

/** How a request ended that was carried out, or may have been; `checks`: what the gate said, where it was asked just now. */
export function endedOutcome(
  known: LedgerRequest,
  receipt: Receipt,
  checks: readonly GateCheck[],
): RemediationOutcome {
  const { stack } = known
  const { status } = receipt
  const isDone = status === 'applied' && receipt.verification === 'converged'
  const nextSteps = isDone
    ? []
    : [
        receipt.verification === null
          ? againStep(stack, 'Have a scan verify it')
          : againStep(stack, 'See what is left to do, and propose it anew'),
      ]
  return buildOutcome({
    stack,
    status: status === 'applied' && !isDone ? 'not-converged' : status,
    message: `request ${known.id} ${howItEnded(receipt)}; ${whatAScanFound(receipt)}`,
    request: { ...toRequestView(known), state: status },
    checks,
    receipt,
    nextSteps,
  })
}

function howItEnded({ status, message }: Receipt): string {
  switch (status) {
    case 'applied':
      return 'was carried out'
    case 'failed':
      return `failed, a part of it may be done: ${message ?? 'the engine did not say why'}`
    case 'unknown':
      return `was interrupted while it was carried out, nobody can say what was done, and it is never tried again by itself: ${message ?? 'it ended without a word'}`
  }
}

function whatAScanFound({ verification }: Receipt): string {
  switch (verification) {
    case 'converged':
      return 'a new scan finds nothing left of it'
    case 'not-converged':
      return 'a new scan still finds some of it'
    case 'failed':
      return 'no scan could verify it'
    case null:
      return 'driftd was stopped before a scan could verify it, and makes that scan when it looks next'
  }
}
