import type { ErrorCode } from '../domain/errors.js'
import type { ScanTrigger } from './queue.js'

/** What the scheduler tells the log and the metrics. Times are ISO 8601, UTC. */
export type ScheduleEvent =
  | {
      readonly type: 'queued'
      readonly stack: string
      readonly trigger: ScanTrigger
      readonly slot: string | null
    }
  /** Its slot is not scanned for by itself: a scan of the stack waits or runs still. */
  | {
      readonly type: 'slot-skipped'
      readonly stack: string
      readonly slot: string
      readonly reason: 'waiting' | 'running'
    }
  /** Nobody looked for a while: what was missed is caught up, once per stack. */
  | { readonly type: 'resumed'; readonly gapMs: number }
  /** The clock was set back: so many stacks have slots once more that were attempted while it stood ahead. */
  | { readonly type: 'clock-went-back'; readonly stacks: number }
  /** Further scans of the stack wait: it was throttled, or it fails every time. */
  | {
      readonly type: 'held-back'
      readonly stack: string
      readonly reason: 'throttled' | 'failing'
      readonly consecutiveFailures: number
      readonly code: ErrorCode
      readonly until: string
    }
  /** Another process has taken the scan over: its result is not ours to write. */
  | { readonly type: 'lease-lost'; readonly stack: string }
  /** A scan was taken out of the queue unscanned: the configuration has no such stack any more. */
  | { readonly type: 'stack-gone'; readonly stack: string }
