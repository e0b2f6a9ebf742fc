import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import { DRIFT_EVENT_TYPES, DRIFT_STATES, type Drift, type DriftEvent, RESOLUTIONS } from '../domain/drift.js'
import type { DriftEventTable, DriftTable } from './drift-tables.js'
import { recordSchema, ruleSchema, withoutSecrets } from './rows.js'

/** The row of a drift. */
export function driftToRow(drift: Drift): Insertable<DriftTable> {
  return {
    stack: drift.stack,
    fingerprint: drift.fingerprint,
    id: drift.id,
    state: drift.state,
    kind: drift.record.kind,
    severity: drift.record.severity,
    record: JSON.stringify(withoutSecrets(drift.record)),
    first_seen_at: drift.firstSeenAt,
    last_seen_at: drift.lastSeenAt,
    last_absent_at: drift.lastAbsentAt,
    seen_in_row: drift.seenInRow,
    restless_in_row: drift.restlessInRow,
    same_in_row: drift.sameInRow,
    code: drift.code,
    opened_at: drift.openedAt,
    opened_scan: drift.openedScan,
    opened_commit: drift.openedCommit,
    resolved_at: drift.resolvedAt,
    resolution: drift.resolution,
    reopened_at: JSON.stringify(drift.reopenedAt),
    is_flapping: drift.isFlapping ? 1 : 0,
    is_quarantined: drift.isQuarantined ? 1 : 0,
    acknowledgement: drift.acknowledgement && JSON.stringify(drift.acknowledgement),
    rule: drift.rule && JSON.stringify(drift.rule),
  }
}

/** The drift of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToDrift(row: Selectable<DriftTable>): Drift {
  return {
    stack: row.stack,
    fingerprint: row.fingerprint,
    id: row.id,
    state: stateSchema.parse(row.state),
    record: recordSchema.parse(JSON.parse(row.record)),
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    lastAbsentAt: row.last_absent_at,
    seenInRow: row.seen_in_row,
    restlessInRow: row.restless_in_row,
    sameInRow: row.same_in_row,
    code: row.code,
    openedAt: row.opened_at,
    openedScan: row.opened_scan,
    openedCommit: row.opened_commit,
    resolvedAt: row.resolved_at,
    resolution: resolutionSchema.parse(row.resolution),
    reopenedAt: z.array(z.string()).parse(JSON.parse(row.reopened_at)),
    isFlapping: row.is_flapping === 1,
    isQuarantined: row.is_quarantined === 1,
    acknowledgement:
      row.acknowledgement === null ? null : acknowledgementSchema.parse(JSON.parse(row.acknowledgement)),
    rule: row.rule === null ? null : ruleSchema.parse(JSON.parse(row.rule)),
  }
}

/** The row of an event, at its place among all events of the store. */
export function eventToRow(event: DriftEvent, sequence: number): Insertable<DriftEventTable> {
  return {
    sequence,
    id: event.id,
    stack: event.stack,
    fingerprint: event.fingerprint,
    type: event.type,
    at: event.at,
    scan_id: event.scan,
    commit_id: event.commit,
    by_whom: event.by,
    resolution: event.resolution,
    since: event.since,
    detail: event.detail,
    record: JSON.stringify(withoutSecrets(event.record)),
  }
}

/** The event of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToEvent(row: Selectable<DriftEventTable>): DriftEvent {
  return {
    id: row.id,
    stack: row.stack,
    fingerprint: row.fingerprint,
    type: z.enum(DRIFT_EVENT_TYPES).parse(row.type),
    at: row.at,
    scan: row.scan_id,
    commit: row.commit_id,
    by: row.by_whom,
    resolution: resolutionSchema.parse(row.resolution),
    since: row.since,
    detail: row.detail,
    record: recordSchema.parse(JSON.parse(row.record)),
  }
}

const stateSchema = z.enum(DRIFT_STATES)
const resolutionSchema = z.enum(RESOLUTIONS).nullable()
const acknowledgementSchema = z.object({
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  contentHash: z.string(),
})
