import type { Drift } from './drift.js'

/** So many returns within the window below are flapping (reliability facts, fault 30). */
const RETURNS = 3
const DAY_MS = 24 * 60 * 60_000
/** Wide enough for stacks that are scanned once a day. */
const WINDOW_MS = 7 * DAY_MS
/** However fast scans follow each other, quiet for less is not steady. */
const LEAST_STEADY_MS = 60 * 60_000

/** The latest returns of a drift after one more, and whether they make it flapping. */
export function noteReturn(
  reopenedAt: readonly string[],
  now: string,
): { readonly reopenedAt: readonly string[]; readonly isFlapping: boolean } {
  const since = Date.parse(now) - WINDOW_MS
  const recent = [...reopenedAt.filter((at) => Date.parse(at) >= since), now].slice(-RETURNS)
  return { reopenedAt: recent, isFlapping: recent.length === RETURNS }
}

/**
 * True for a flapping drift that has kept its state for as long as its last returns took: a rhythm of its own, since some
 * stacks are scanned every minute and others once a day.
 */
export function isSteadyAgain(drift: Drift, now: string): boolean {
  const keptSince = drift.state === 'resolved' ? drift.resolvedAt : drift.openedAt
  const [first, last] = [drift.reopenedAt.at(0), drift.reopenedAt.at(-1)]
  if (!drift.isFlapping || keptSince === null || first === undefined || last === undefined) return false
  const steadyMs = Math.max(Date.parse(last) - Date.parse(first), LEAST_STEADY_MS)
  return Date.parse(now) - Date.parse(keptSince) >= steadyMs
}
