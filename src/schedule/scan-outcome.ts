import type { Scan } from '../domain/scan.js'
import { type AfterFailure, decideAfterFailure } from './breaker.js'
import { nextDriftRate } from './priority.js'
import type { StackProgress } from './scheduled-stack.js'

/** What the scheduler is told of a scan that ended. */
export type ScanOutcome = Pick<Scan, 'status' | 'error'>

const NO_FAILURE: AfterFailure = { holdBack: null, retryAtMs: null }

/** Where a stack stands after a scan that ended at a time (milliseconds since 1970). */
export function progressAfter(
  stack: string,
  before: StackProgress,
  { outcome, endedAtMs }: { readonly outcome: ScanOutcome; readonly endedAtMs: number },
): Partial<StackProgress> {
  const base = { lastAttemptAtMs: endedAtMs }
  if (outcome.status !== 'failed' || outcome.error === null) {
    const driftRate = nextDriftRate(before.driftRate, outcome.status === 'drifted')
    return { ...base, ...NO_FAILURE, consecutiveFailures: 0, driftRate }
  }
  const consecutiveFailures = before.consecutiveFailures + 1
  const failure = { stack, consecutiveFailures, code: outcome.error.code, failedAtMs: endedAtMs }
  return { ...base, ...decideAfterFailure(failure), consecutiveFailures }
}
