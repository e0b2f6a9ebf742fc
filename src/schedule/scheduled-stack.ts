import type { ErrorCode } from '../domain/errors.js'
import type { WeekWindow } from '../lib/week-window.js'
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
  readonly failuresInRow: number
  readonly lastFailure: ErrorCode | null
  readonly driftRate: number
  /** `waiting`: in the queue; `running`: being scanned, and nothing waits. */
  readonly place: 'idle' | 'waiting' | 'running'
  /** A scan that is wanted and not yet in the queue. */
  readonly asked: AskedTrigger | null
}

/** Where a stack stands of which nothing is known. */
export const NEW_PROGRESS: StackProgress = {
  lastSlotMs: null,
  takenUntilMs: null,
  lastAttemptAtMs: null,
  failuresInRow: 0,
  lastFailure: null,
  driftRate: 0,
  place: 'idle',
  asked: null,
}
