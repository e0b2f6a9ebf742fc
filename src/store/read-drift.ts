import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Drift, DriftEvent, OpenDriftCount } from '../domain/drift.js'
import { KINDS } from '../domain/record.js'
import type { PastScan } from '../domain/scan.js'
import { SEVERITIES } from '../domain/severity.js'
import { rowToDrift, rowToEvent } from './drift-rows.js'
import { RECORD_ID_PREFIX } from './record-id-prefix.js'
import { rowToPastScan } from './rows.js'
import type { Tables } from './tables.js'
import { OPEN_STATES } from './write-drift.js'

const MAX_FOUND = 20

/** All drift of these stacks, sorted by stack and fingerprint. */
export async function readDriftsOf(db: Kysely<Tables>, stacks: readonly string[]): Promise<readonly Drift[]> {
  const rows = await db
    .selectFrom('drift')
    .selectAll()
    .where('stack', 'in', stacks)
    .orderBy('stack')
    .orderBy('fingerprint')
    .execute()
  return rows.map(rowToDrift)
}

/** Drift whose id begins so. */
export async function findDriftsById(db: Kysely<Tables>, idPrefix: string): Promise<readonly Drift[]> {
  if (!RECORD_ID_PREFIX.test(idPrefix)) return []
  const rows = await db
    .selectFrom('drift')
    .selectAll()
    .where('id', '>=', idPrefix)
    // '{' follows 'z', the greatest character of an id
    .where('id', '<', `${idPrefix}{`)
    .orderBy('id')
    .orderBy('stack')
    .limit(MAX_FOUND)
    .execute()
  return rows.map(rowToDrift)
}

/** Open and acknowledged drift by stack, kind and severity. */
export async function countOpenDrift(db: Kysely<Tables>): Promise<readonly OpenDriftCount[]> {
  const rows = await db
    .selectFrom('drift')
    .select((eb) => ['stack', 'kind', 'severity', eb.fn.countAll().as('count')])
    .where('state', 'in', OPEN_STATES)
    .groupBy(['stack', 'kind', 'severity'])
    .orderBy('stack')
    .orderBy('kind')
    .orderBy('severity')
    .execute()
  return rows.map(({ stack, kind, severity, count }) => ({
    stack,
    kind: z.enum(KINDS).parse(kind),
    severity: z.enum(SEVERITIES).parse(severity),
    count: Number(count),
  }))
}

/** Events stored after that of this id, oldest first. */
export async function readEventsAfter(
  db: Kysely<Tables>,
  id: string | null,
  limit: number,
): Promise<readonly DriftEvent[]> {
  const after = id === null ? 0 : await sequenceOf(db, id)
  const rows = await db
    .selectFrom('drift_event')
    .selectAll()
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(rowToEvent)
}

/** Where an event stands. Of one that is no longer kept only its id is known, which sorts by time: then rather one twice. */
async function sequenceOf(db: Kysely<Tables>, id: string): Promise<number> {
  const exact = await db.selectFrom('drift_event').select('sequence').where('id', '=', id).executeTakeFirst()
  if (exact !== undefined) return exact.sequence
  const next = await db
    .selectFrom('drift_event')
    .select((eb) => eb.fn.min('sequence').as('sequence'))
    .where('id', '>', id)
    .executeTakeFirst()
  if (typeof next?.sequence === 'number') return next.sequence - 1
  const last = await db
    .selectFrom('drift_sequence')
    .select('value')
    .where('name', '=', 'event')
    .executeTakeFirstOrThrow()
  return last.value
}

/** A stack's events, those stored last first. */
export async function readEventsOf(
  db: Kysely<Tables>,
  stack: string,
  limit: number,
): Promise<readonly DriftEvent[]> {
  const rows = await db
    .selectFrom('drift_event')
    .selectAll()
    .where('stack', '=', stack)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute()
  return rows.map(rowToEvent)
}

/** A stack's scans, newest first, without reading records. */
export async function readPastScans(
  db: Kysely<Tables>,
  stack: string,
  limit: number,
): Promise<readonly PastScan[]> {
  const rows = await db
    .selectFrom('scan')
    .selectAll()
    .where('stack', '=', stack)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(rowToPastScan)
}
