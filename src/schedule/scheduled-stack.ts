import type { WeekWindow } from '../lib/week-window.js'
import type { HoldBack } from './breaker.js'
import type { Schedule } from './slots.js'

/** A stack, as far as the scheduler knows it. */
export interface ScheduledStack {
  readonly name: string
  readonly schedule: Schedule
  /** Parts of the week in which it may be scanned. Empty: always. */
  readonly only: readonly WeekWindow[]
  /** Scanned by hand only. */
  readonly isPaused: boolean
  readonly labels: Readonly<Record<string, string>>
}

/** Why a scan is wanted beside the schedule. */
export type AskedTrigger = 'commit' | 'manual' | 'verify'

/** Where a stack stands. Times are milliseconds since 1970. */
export interface StackProgress {
  /** The latest slot that was attempted or knowingly skipped. Null: none. */
  readonly lastSlotMs: number | null
  /**
   * Slots up to this one were queued while the clock stood ahead, and the queue takes no slot twice: they are queued
   * without their name.
   */
  readonly takenUntilMs: number | null
  /** When the last scan ended. Null: never scanned. */
  readonly lastAttemptAtMs: number | null
  readonly consecutiveFailures: number
  readonly holdBack: HoldBack | null
  /** A failure is worth another try then. Null: it waits for a slot. */
  readonly retryAtMs: number | null
  /** Share of the scans that found drift, between 0 and 1, the latest ones weighing most. */
  readonly driftRate: number
  /** One scan of it waits in the queue; another one may run. */
  readonly isWaiting: boolean
  readonly isRunning: boolean
  /** A scan that is wanted and not yet in the queue. */
  readonly asked: AskedTrigger | null
}

/** A stack and where it stands. */
export interface TrackedStack {
  readonly stack: ScheduledStack
  readonly progress: StackProgress
}

/** Where a stack stands of which nothing is known. */
export const NEW_PROGRESS: StackProgress = {
  lastSlotMs: null,
  takenUntilMs: null,
  lastAttemptAtMs: null,
  consecutiveFailures: 0,
  holdBack: null,
  retryAtMs: null,
  driftRate: 0,
  isWaiting: false,
  isRunning: false,
  asked: null,
}
