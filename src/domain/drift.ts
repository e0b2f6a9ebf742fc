import type { DriftRecord } from './record.js'

/**
 * Where a drift stands. `unconfirmed`: seen, but not yet as often in a row as the stack's `confirm` asks; `acknowledged`:
 * somebody knows, until the difference changes; `ignored`: a rule in Git accepts it; `resolved`: gone.
 */
export const DRIFT_STATES = ['unconfirmed', 'open', 'acknowledged', 'ignored', 'resolved'] as const
export type DriftState = (typeof DRIFT_STATES)[number]

/** How a drift ended: gone by itself or by somebody's hand, by an approved request, or the code took the value over. */
export const RESOLUTIONS = ['vanished', 'remediated', 'adopted'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** Somebody knows of a difference. Ends when the content hash is another one. Times are ISO 8601, UTC. */
export interface Acknowledgement {
  readonly by: string
  readonly reason: string
  readonly at: string
  /** The content it was given for. */
  readonly contentHash: string
}

/** The rule in Git that accepts a difference. */
export interface AppliedRule {
  readonly reason: string
  readonly owner: string
  /** The last day, `2027-03-31`, in UTC. */
  readonly until: string
}

/** A record of a kind that counts as drift, followed over time. Times are ISO 8601, UTC. */
export interface Drift {
  readonly stack: string
  readonly fingerprint: string
  /** The record's id, the same in every scan. */
  readonly id: string
  readonly state: DriftState
  /** The record as it was last seen. */
  readonly record: DriftRecord
  /** Of this episode: from first sight to resolution; a reopened drift begins a new one. */
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  /** Scans in a row that saw it, the last one included. */
  readonly seenInRow: number
  /** Null while it is unconfirmed, and where a rule ignored it from the start. */
  readonly openedAt: string | null
  /** The scan and the commit that opened it. */
  readonly openedScan: string | null
  readonly openedCommit: string | null
  readonly resolvedAt: string | null
  readonly resolution: Resolution | null
  /** When it was reopened, the latest ones, oldest first: what flapping is judged by. */
  readonly reopenedAt: readonly string[]
  /** It comes and goes: told once, then quiet until it has been steady for a while. */
  readonly isFlapping: boolean
  /** Its content is another one in every scan although nobody changed the code (a task that is never idempotent). */
  readonly isQuarantined: boolean
  readonly acknowledgement: Acknowledgement | null
  readonly rule: AppliedRule | null
}

/** What can happen to a drift. */
export const DRIFT_EVENT_TYPES = [
  'opened',
  'changed',
  'acknowledged',
  'ignored',
  'unignored',
  'resolved',
  'reopened',
  'flapping',
  'quarantined',
] as const
export type DriftEventType = (typeof DRIFT_EVENT_TYPES)[number]

/** One thing that happened to one drift; never changed afterwards. */
export interface DriftEvent {
  /** ULID: sorts by time. */
  readonly id: string
  readonly stack: string
  readonly fingerprint: string
  readonly type: DriftEventType
  /** ISO 8601, UTC. */
  readonly at: string
  /** Null for what a person did by hand (acknowledged). */
  readonly scan: string | null
  readonly commit: string | null
  /** Who did it, where a person or a rule did. */
  readonly by: string | null
  /** With `resolved`. */
  readonly resolution: Resolution | null
  /** For people: the reason of a rule or an acknowledgement, what changed. */
  readonly detail: string | null
  /** The record as it was then. */
  readonly record: DriftRecord
}

/** True for a drift that people are still told about: open or acknowledged, not ignored, unconfirmed or resolved. */
export function isOpenDrift(drift: Pick<Drift, 'state'>): boolean {
  return drift.state === 'open' || drift.state === 'acknowledged'
}
