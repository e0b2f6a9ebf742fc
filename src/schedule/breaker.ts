import { ERROR_CODES, type ErrorCode } from '../domain/errors.js'
import { stackShare } from './stack-share.js'

/** The failures of a stack since its last verdict, the last one included. */
export interface FailureRun {
  readonly stack: string
  readonly consecutiveFailures: number
  /** Of the last one. */
  readonly code: ErrorCode
  /** Milliseconds since 1970. */
  readonly failedAtMs: number
}

/** Why a stack is scanned less often than its schedule says, and until when (milliseconds since 1970). */
export interface HoldBack {
  /** `throttled`: the far side asked for less. `failing`: it fails every time; it is shown as failing all the while. */
  readonly reason: 'throttled' | 'failing'
  readonly untilMs: number
}

/** What a failure means for the next scan. */
export interface AfterFailure {
  /** Slots before its end wait for its end. Null: slots go on. */
  readonly holdBack: HoldBack | null
  /** Tried again then, without waiting for a slot. Null: not. */
  readonly retryAtMs: number | null
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The early tries of what may pass by itself; after them the schedule goes on. */
const RETRY_AFTER_MS = [1, 3, 9].map((minutes) => minutes * MINUTE_MS)
/** Cloud APIs refill their buckets within seconds to minutes: what is throttled after that is asked too often. */
const THROTTLED_FIRST_MS = 5 * MINUTE_MS
const THROTTLED_MOST_MS = 6 * HOUR_MS
const FAILURES_UNTIL_OPEN = 5
const PROBE_FIRST_MS = HOUR_MS
const PROBE_MOST_MS = 24 * HOUR_MS
/** Stacks that were throttled together come back apart from each other. */
const SPREAD = 0.5

/** No hold-back lasts longer; one that seems to was written down while the clock stood ahead. */
export const LONGEST_HOLD_BACK_MS = PROBE_MOST_MS

/** Decides how a failure delays or hastens the next scan of its stack. */
export function decideAfterFailure(run: FailureRun): AfterFailure {
  const { stack, consecutiveFailures, code, failedAtMs } = run
  if (code === 'THROTTLED') {
    const delayMs = doubling(THROTTLED_FIRST_MS, consecutiveFailures - 1, THROTTLED_MOST_MS)
    const untilMs = failedAtMs + Math.round(delayMs * (1 + SPREAD * stackShare(stack)))
    return { holdBack: { reason: 'throttled', untilMs }, retryAtMs: untilMs }
  }
  if (consecutiveFailures >= FAILURES_UNTIL_OPEN) {
    const delayMs = doubling(PROBE_FIRST_MS, consecutiveFailures - FAILURES_UNTIL_OPEN, PROBE_MOST_MS)
    return { holdBack: { reason: 'failing', untilMs: failedAtMs + delayMs }, retryAtMs: null }
  }
  const retryAfterMs = ERROR_CODES[code].retryable ? RETRY_AFTER_MS[consecutiveFailures - 1] : undefined
  return { holdBack: null, retryAtMs: retryAfterMs === undefined ? null : failedAtMs + retryAfterMs }
}

/** The hold-back that was written down before a restart, which does not tell its reason. */
export function recallHoldBack(consecutiveFailures: number, untilMs: number): HoldBack {
  return { reason: consecutiveFailures >= FAILURES_UNTIL_OPEN ? 'failing' : 'throttled', untilMs }
}

function doubling(firstMs: number, times: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(times, 30))
}
