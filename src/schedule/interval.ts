import { createSlotFinder } from './slots.js'

/** Enough runs to see a weekend, a leap year, and the change of the clocks of a daily schedule. */
const RUNS_LOOKED_AT = 400
/** Any day will do, as long as it is always the same one. */
const BEGIN_MS = Date.UTC(2026, 0, 1)
const YEAR_MS = 366 * 86_400_000

/**
 * The longest time between two runs of a cron expression, in milliseconds: over a night or a weekend in which a schedule
 * rests, its stack is not stale. A year, where there are no two runs in fifty years.
 */
export function longestIntervalMs(schedule: string, timezone: string): number {
  const slotsAround = createSlotFinder()
  let longestMs = 0
  let lastMs: number | null = null
  let { nextMs } = slotsAround({ expression: schedule, timezone }, BEGIN_MS)
  for (let run = 0; run < RUNS_LOOKED_AT && nextMs !== null; run += 1) {
    if (lastMs !== null) longestMs = Math.max(longestMs, nextMs - lastMs)
    lastMs = nextMs
    nextMs = slotsAround({ expression: schedule, timezone }, nextMs).nextMs
  }
  return longestMs === 0 ? YEAR_MS : longestMs
}
