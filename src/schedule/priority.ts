import type { ScanTrigger } from './queue.js'

/** What the place in the queue is decided by. Times are milliseconds since 1970. */
export interface PriorityFacts {
  readonly trigger: ScanTrigger
  readonly nowMs: number
  /** When the stack was last scanned. Null: never. */
  readonly lastAttemptAtMs: number | null
  /** Share of its scans that found drift, between 0 and 1. */
  readonly driftRate: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How much older a stack without drift must be to go before one that always drifts. */
const DRIFT_PRONE_MS = 6 * HOUR_MS
/** A person waits, or something was changed a moment ago; then what was never seen. */
const HEAD_START_MS: Readonly<Record<ScanTrigger, number>> = {
  verify: 400 * DAY_MS,
  manual: 300 * DAY_MS,
  commit: 30 * DAY_MS,
  first: 2 * DAY_MS,
  schedule: 0,
  'catch-up': 0,
  retry: 0,
}
/** Keeps priorities within 32 bits until 2088. */
const EPOCH_MS = Date.UTC(2020, 0)

/**
 * The priority of a scan: the stack that was scanned longest ago goes first, and a head start counts as so much more
 * age. Since every head start has an end, a waiting stack is overtaken for a while, never for ever.
 */
export function decidePriority({ trigger, nowMs, lastAttemptAtMs, driftRate }: PriorityFacts): number {
  const scannedMs = Math.min(lastAttemptAtMs ?? nowMs, nowMs)
  const headStartMs = HEAD_START_MS[trigger] + DRIFT_PRONE_MS * driftRate
  return Math.round((headStartMs - (scannedMs - EPOCH_MS)) / 1000)
}

/** The drift rate after one more scan: each one counts a fifth, so that some ten scans change the picture. */
export function nextDriftRate(rate: number, hasDrifted: boolean): number {
  const WEIGHT = 0.2
  return rate * (1 - WEIGHT) + (hasDrifted ? WEIGHT : 0)
}
