import type { IdleRules } from './rule-state.js'

/** The daemon that leads. Times are ISO 8601, UTC. */
export interface LeadingDaemon {
  readonly host: string
  readonly pid: number
  readonly since: string
}

/** What is known of the daemon of a store. */
export interface DaemonStatus {
  /** Null where none runs, or none that leads. */
  readonly daemon: LeadingDaemon | null
  readonly queue: {
    readonly waiting: number
    readonly running: number
    /** Of the scan that waits longest. */
    readonly oldestQueuedAt: string | null
  }
  /** Messages to channels: to be delivered, and given up as undeliverable. */
  readonly alerts: { readonly waiting: number; readonly dead: number }
  /** Ignore rules that accept nothing any more. */
  readonly rules: IdleRules
}
