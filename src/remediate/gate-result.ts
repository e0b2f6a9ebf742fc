import type { GateCheck, GateVerdict } from '../domain/gate-check.js'

/** What a check found, before it has a name. */
export type Finding = Omit<GateCheck, 'name'>

/** It is as it must be. */
export function passed(evidence: string): Finding {
  return { status: 'passed', onFailure: 'final', evidence, wayOut: null }
}

/** It is not, and will not be for this request. */
export function failed(evidence: string, wayOut: string): Finding {
  return { status: 'failed', onFailure: 'final', evidence, wayOut }
}

/** It is not now; the same request may pass later. */
export function failedForNow(evidence: string, wayOut: string): Finding {
  return { status: 'failed', onFailure: 'later', evidence, wayOut }
}

/** It could not be looked at. */
export function unknown(evidence: string, wayOut: string): Finding {
  return { status: 'unknown', onFailure: 'later', evidence, wayOut }
}

/** The verdict over some or all checks. */
export function decideGate(checks: readonly GateCheck[]): GateVerdict {
  if (checks.some(({ status, onFailure }) => status === 'failed' && onFailure === 'final')) return 'refused'
  return checks.length > 0 && checks.every(({ status }) => status === 'passed') ? 'open' : 'not-now'
}
