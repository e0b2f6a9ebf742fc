import type { ErrorCode } from '../domain/errors.js'
import { ERROR_CODES } from '../domain/errors.js'
import { stackShare } from './stack-share.js'

/** The failures of a stack since its last verdict. */
export interface FailureRun {
  readonly failuresInRow: number
  /** Of the last one. */
  readonly code: ErrorCode | null
  readonly lastFailedAtMs: number
}

/**
 * What failures mean for the next scan. `closed`: nothing but, perhaps, an early retry; `throttled`: the far side asked
 * for less; `open`: it fails every time, so it is tried rarely, and shown as failing all the while.
 */
export interface BreakerState {
  readonly state: 'closed' | 'throttled' | 'open'
  /** Try again then, without waiting for a slot. Null: wait for a slot. */
  readonly retryAtMs: number | null
  /** Slots before this time do not count. Null: they do. */
  readonly notBeforeMs: number | null
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The first retries of what may pass by itself; then the schedule goes on. */
const RETRY_AFTER_MS = [1, 3, 9].map((minutes) => minutes * MINUTE_MS)
/** Cloud APIs refill their buckets within seconds to minutes; what is throttled after that is asked too often. */
const THROTTLED_FIRST_MS = 5 * MINUTE_MS
const THROTTLED_MOST_MS = 6 * HOUR_MS
const FAILURES_UNTIL_OPEN = 5
const PROBE_FIRST_MS = HOUR_MS
const PROBE_MOST_MS = 24 * HOUR_MS
/** Stacks that were throttled together come back apart from each other. */
const SPREAD = 0.5

const CLOSED: BreakerState = { state: 'closed', retryAtMs: null, notBeforeMs: null }

/** Decides how the failures of a stack delay or hasten its next scan. */
export function decideBreaker(stack: string, run: FailureRun): BreakerState {
  const { failuresInRow, code, lastFailedAtMs } = run
  if (failuresInRow === 0 || code === null) return CLOSED
  if (code === 'THROTTLED') {
    const delayMs = doubling(THROTTLED_FIRST_MS, failuresInRow - 1, THROTTLED_MOST_MS)
    const backAtMs = lastFailedAtMs + Math.round(delayMs * (1 + SPREAD * stackShare(stack)))
    return { state: 'throttled', retryAtMs: backAtMs, notBeforeMs: backAtMs }
  }
  if (failuresInRow >= FAILURES_UNTIL_OPEN) {
    const delayMs = doubling(PROBE_FIRST_MS, failuresInRow - FAILURES_UNTIL_OPEN, PROBE_MOST_MS)
    return { state: 'open', retryAtMs: null, notBeforeMs: lastFailedAtMs + delayMs }
  }
  const retryAfterMs = ERROR_CODES[code].retryable ? RETRY_AFTER_MS[failuresInRow - 1] : undefined
  if (retryAfterMs === undefined) return CLOSED
  return { state: 'closed', retryAtMs: lastFailedAtMs + retryAfterMs, notBeforeMs: null }
}

function doubling(firstMs: number, times: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(times, 30))
}
