import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../lib/clock.js'
import type { RetentionStep, RetentionStore } from '../store/retention-store.js'

/** What forgets old history beside the scans. */
export interface Housekeeping {
  /** Looks soon, then every hour. Safe to call twice. */
  start(): void
  /** Ends after the step under way. Safe to call twice. */
  stop(): Promise<void>
}

/** How much history is kept: what is older goes, and of each stack what is beyond so many scans. */
export interface HistoryKept {
  readonly ageMs: number
  readonly scansPerStack: number
}

/** What housekeeping is made of. */
export interface HousekeepingParts {
  readonly retention: RetentionStore
  readonly clock: Clock
  /** How much is kept; asked each time, since a reload may change it. */
  keep(): HistoryKept
  /** Told of what was forgotten in one go, where anything was. */
  onForgotten(counts: ForgottenCounts): void
  /** Told why a go was given up; the next one tries again. */
  onFailure(error: unknown): void
  /** Default: an hour. */
  readonly intervalMs?: number
}

/** How much of each kind was forgotten. */
export type ForgottenCounts = Readonly<Record<RetentionStep['what'], number>>

const INTERVAL_MS = 3_600_000
/** Scans come first: of the time that it takes, housekeeping sleeps four fifths. */
const REST_PER_WORK = 4
const LEAST_REST_MS = 5

/** Housekeeping of a store. */
export function createHousekeeping(parts: HousekeepingParts): Housekeeping {
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  return {
    start() {
      if (!stopping.signal.aborted) running ??= keepHouse(parts, stopping.signal)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function keepHouse(parts: HousekeepingParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const counts = await forgetOld(parts, signal)
      if (Object.values(counts).some((count) => count > 0)) parts.onForgotten(counts)
    } catch (error) {
      parts.onFailure(error)
    }
    await rest(parts.intervalMs ?? INTERVAL_MS, signal)
  }
}

async function forgetOld(
  { retention, clock, keep }: HousekeepingParts,
  signal: AbortSignal,
): Promise<ForgottenCounts> {
  const { ageMs, scansPerStack } = keep()
  const before = new Date(clock.now().getTime() - ageMs).toISOString()
  const counts = { records: 0, scans: 0, drifts: 0, events: 0 }
  let begunAtMs = clock.monotonicMs()
  for await (const { what, count } of retention.prune({ before, maxScansPerStack: scansPerStack })) {
    counts[what] += count
    if (signal.aborted) break
    await rest(Math.max(LEAST_REST_MS, (clock.monotonicMs() - begunAtMs) * REST_PER_WORK), signal)
    begunAtMs = clock.monotonicMs()
  }
  return counts
}

/** Keeps no process alive. */
async function rest(timeMs: number, signal: AbortSignal): Promise<void> {
  await sleep(timeMs, undefined, { signal, ref: false }).catch(() => undefined)
}
