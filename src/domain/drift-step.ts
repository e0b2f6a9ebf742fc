import type { Drift, DriftEvent, DriftEventType, Resolution } from './drift.js'
import type { FollowRequest } from './follow-request.js'

/** What became of one drift; `drift` null: it is forgotten. */
export interface Step {
  readonly before: Drift | null
  readonly drift: Drift | null
  readonly events: readonly DriftEvent[]
}

/** Nothing became of it. */
export function unchanged(drift: Drift): Step {
  return { before: drift, drift, events: [] }
}

/** What an event says beyond what every event says. */
export interface Told {
  readonly type: DriftEventType
  readonly by?: string
  readonly resolution?: Resolution | null
  readonly since?: string | null
  readonly detail?: string | null
}

/** The event of what a scan made of a drift. */
export function toEvent({ scan, now, newId }: FollowRequest, drift: Drift, told: Told): DriftEvent {
  return {
    id: newId(),
    stack: drift.stack,
    fingerprint: drift.fingerprint,
    at: now,
    scan: scan.id,
    commit: scan.commit,
    by: null,
    resolution: null,
    since: null,
    detail: null,
    record: drift.record,
    ...told,
  }
}
