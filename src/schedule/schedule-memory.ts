import type { ErrorCode } from '../domain/errors.js'

/** What the scheduler knows of one stack over restarts. Times are ISO 8601, UTC. */
export interface StackMemory {
  readonly stack: string
  /** The latest slot of its schedule that was attempted or knowingly skipped. Null: none. */
  readonly lastSlot: string | null
  /** When its last scan ended, however it ended. Null: never scanned. */
  readonly lastAttemptAt: string | null
  /** Scans in a row that reached no verdict, the last one included. */
  readonly failuresInRow: number
  /** Of the last scan; null where it reached a verdict. */
  readonly lastFailure: ErrorCode | null
  /** Share of its scans that found drift, between 0 and 1, the latest ones weighing most. */
  readonly driftRate: number
}

/** Keeps what the scheduler knows. A part of the store; every method may throw its errors. */
export interface ScheduleMemory {
  /** What is known of these stacks, in any order; of a stack that was never scheduled nothing. */
  recall(stacks: readonly string[]): Promise<readonly StackMemory[]>
  /** Replaces what was known of these stacks, in one transaction. */
  remember(memories: readonly StackMemory[]): Promise<void>
}
