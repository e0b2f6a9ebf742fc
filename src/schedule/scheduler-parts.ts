import type { DriftError } from '../domain/errors.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { MaxConcurrent } from './label-limits.js'
import type { ClaimedScan, ScanQueue } from './queue.js'
import type { ScanOutcome } from './scan-outcome.js'
import type { ScheduleEvent } from './schedule-event.js'
import type { ScheduleMemory } from './schedule-memory.js'

/** How much at once. */
export interface SchedulerLimits {
  /** Scans of this process. */
  readonly slots: number
  readonly maxConcurrent: MaxConcurrent
}

/** What a scheduler is made of. */
export interface SchedulerParts {
  readonly clock: Clock & Timer
  readonly queue: ScanQueue
  readonly memory: ScheduleMemory
  /** A new id that sorts by time. */
  newId(): string
  /** Names this process, for people: host and pid. */
  readonly owner: string
  readonly limits: SchedulerLimits
  /** How long a claim is ours without a sign of life. */
  readonly leaseMs: number
  /** How often it is looked at what is due and what others put into the queue; 1 s unless given. */
  readonly pollMs?: number
  /** Scans one stack. Ends soon after the signal was aborted. */
  scan(claim: ClaimedScan, signal: AbortSignal): Promise<ScanOutcome>
  onEvent(event: ScheduleEvent): void
  /** The store or the queue failed; it is tried again at the next tick. */
  onError(error: DriftError): void
  /** Called when a tick begins; what it returns, when that tick ends. For measuring. */
  onTick?(): () => void
}
