import type { AppliedRule, DriftRecord, Kind } from './record.js'
import type { Severity } from './severity.js'

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
  /** The last good scan before this episode, which did not see it; null where there was none. */
  readonly lastAbsentAt: string | null
  /** Scans in a row that saw it, the last one included. */
  readonly seenInRow: number
  /** Scans in a row whose content was another one than before, though nobody changed the code; the first sight counts. */
  readonly restlessInRow: number
  /** Scans in a row whose content was the one of the scan before. */
  readonly sameInRow: number
  /** Digest of the stack's code in the last scan that saw it (`hmac:...`); null where it is not known. */
  readonly code: string | null
  /** When it was opened last, by which scan, at which commit. Null where it never was. */
  readonly openedAt: string | null
  readonly openedScan: string | null
  readonly openedCommit: string | null
  /**
   * How the last episode that was open ended. Null once this one has opened; while it is unconfirmed, or ignored before it
   * was open, that of the one before.
   */
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
  /**
   * What mean times are measured from. With `opened` and `reopened`: the last good scan that did not see it; with
   * `resolved`: when it was opened. Null otherwise, and where there was none.
   */
  readonly since: string | null
  /** For people: the reason of a rule or an acknowledgement, what changed. */
  readonly detail: string | null
  /** The record as it was then. */
  readonly record: DriftRecord
}

/** What is to be written of a stack's drift. */
export interface DriftChanges {
  /** New and changed ones, whole. */
  readonly drifts: readonly Drift[]
  /** Fingerprints of those to be forgotten: seen once or twice, never confirmed, gone. */
  readonly forgotten: readonly string[]
  /** In the order they happened. */
  readonly events: readonly DriftEvent[]
}

/**
 * Decides it from all drift of the stack that is kept, as it stands when it is written, so that nothing that happened
 * meanwhile is lost. Has no effects; the store may ask twice.
 */
export type FollowDrift = (previous: readonly Drift[]) => DriftChanges

/** How many drifts of one stack, kind and severity are open or acknowledged. */
export interface OpenDriftCount {
  readonly stack: string
  readonly kind: Kind
  readonly severity: Severity
  readonly count: number
}

/** True once this episode has been opened, be it acknowledged or ignored since. */
export function wasOpened(drift: Pick<Drift, 'openedAt' | 'resolvedAt'>): boolean {
  return drift.openedAt !== null && drift.resolvedAt === null
}

/** True for a drift that people are still told about: open or acknowledged, not ignored, unconfirmed or resolved. */
export function isOpenDrift(drift: Pick<Drift, 'state'>): boolean {
  return drift.state === 'open' || drift.state === 'acknowledged'
}
