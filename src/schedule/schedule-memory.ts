import type { Fence } from '../domain/running-scan.js'
import { SEVERITIES } from '../domain/severity.js'
import type { ScheduleStore, StackSchedule, StackScheduleChange } from '../store/schedule-store.js'
import type { StackSummary, Store } from '../store/store.js'
import { recallHoldBack } from './breaker.js'
import { NEW_PROGRESS, type StackProgress } from './scheduled-stack.js'

/** What the scheduler remembers over restarts. Every method may throw the errors of the store. */
export interface ScheduleMemory {
  /** Where each stack stands, in the order asked. */
  recall(stacks: readonly string[]): Promise<readonly StackProgress[]>
  remember(changes: readonly StackScheduleChange[]): Promise<void>
}

/** What the memory is kept in. */
export interface ScheduleMemoryParts {
  readonly schedules: Pick<ScheduleStore, 'stackSchedules' | 'saveStackSchedules'>
  readonly scans: Pick<Store, 'stackSummaries'>
  /** Of the daemon that leads: what an earlier leader still writes is refused with LEADERSHIP_LOST. */
  readonly fence: Fence | null
}

/** The memory of a scheduler, kept in the store. */
export function createScheduleMemory({ schedules, scans, fence }: ScheduleMemoryParts): ScheduleMemory {
  return {
    async recall(stacks) {
      const summaries = await scans.stackSummaries(stacks)
      const known = await schedules.stackSchedules(stacks)
      return known.map((schedule, index) => toProgress(schedule, summaries[index] ?? null))
    },
    remember: (changes) => schedules.saveStackSchedules(changes, fence),
  }
}

/** What is written down of where a stack stands. */
export function toScheduleChange(
  stack: string,
  { lastSlotMs, consecutiveFailures, holdBack }: StackProgress,
  nextScanAt: string | null,
): StackScheduleChange {
  return {
    stack,
    lastSlot: lastSlotMs === null ? null : new Date(lastSlotMs).toISOString(),
    nextScanAt,
    consecutiveFailures,
    backOffUntil: holdBack === null ? null : new Date(holdBack.untilMs).toISOString(),
  }
}

/** How often a stack drifts is not written down: one that has drift now is taken for one that drifts half of the time. */
const DRIFT_RATE_WITH_DRIFT = 0.5

function toProgress(schedule: StackSchedule, summary: StackSummary | null): StackProgress {
  const { lastSlot, consecutiveFailures, backOffUntil } = schedule
  const hasDrift = summary !== null && SEVERITIES.some((severity) => summary.openDrift[severity] > 0)
  return {
    ...NEW_PROGRESS,
    lastSlotMs: toMs(lastSlot),
    lastAttemptAtMs: toMs(summary?.lastScanAt ?? null),
    consecutiveFailures,
    holdBack: backOffUntil === null ? null : recallHoldBack(consecutiveFailures, Date.parse(backOffUntil)),
    driftRate: hasDrift ? DRIFT_RATE_WITH_DRIFT : 0,
  }
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}
