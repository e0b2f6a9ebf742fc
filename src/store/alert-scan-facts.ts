import { type Kysely, sql } from 'kysely'
import type { ScanFacts } from '../alert/alert-store.js'
import type { DriftRecord } from '../domain/record.js'
import { inChunks } from './in-chunks.js'
import { readPluginChanges } from './plugin-versions.js'
import { errorSchema, rowToRecord, statusSchema } from './rows.js'
import type { Tables } from './tables.js'

/** What the scans of these stacks say, in the order asked. */
export async function readScanFacts(
  db: Kysely<Tables>,
  stacks: readonly string[],
): Promise<readonly ScanFacts[]> {
  const rows = await inChunks(stacks, (some) =>
    db
      .selectFrom('stack_state')
      .innerJoin('scan', 'scan.id', 'stack_state.last_scan_id')
      .select(['scan.stack', 'scan.status', 'scan.commit_id', 'scan.started_at', 'scan.error'])
      .select('stack_state.last_good_scan_at')
      .where('stack_state.stack', 'in', some)
      .execute(),
  )
  const failed = rows.filter(({ status }) => status === 'failed').map(({ stack }) => stack)
  const failures = await readFailures(db, failed)
  const pluginChanges = await readPluginChanges(db, stacks)
  const byStack = new Map(
    rows.map((row): [string, ScanFacts] => [
      row.stack,
      {
        stack: row.stack,
        status: statusSchema.parse(row.status),
        commit: row.commit_id,
        lastScanAt: row.started_at,
        lastGoodScanAt: row.last_good_scan_at,
        failures: failures.get(row.stack)?.count ?? 0,
        failingSince: failures.get(row.stack)?.since ?? null,
        error: row.error === null ? null : errorSchema.parse(JSON.parse(row.error)),
        pluginChange: pluginChanges.get(row.stack) ?? null,
      },
    ]),
  )
  return stacks.map((stack) => byStack.get(stack) ?? neverScanned(stack))
}

/** The id of the last scan of every stack. */
export async function readLastScans(db: Kysely<Tables>): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('stack_state').select(['stack', 'last_scan_id']).execute()
  return new Map(rows.map((row) => [row.stack, row.last_scan_id]))
}

/** The unapplied code that the last scan with a verdict found. */
export async function readPending(
  db: Kysely<Tables>,
  stacks: readonly string[],
): Promise<readonly { stack: string; record: DriftRecord }[]> {
  const rows = await inChunks(stacks, (some) =>
    db
      .selectFrom('stack_state')
      .innerJoin('record', 'record.scan_id', 'stack_state.last_good_scan_id')
      .selectAll('record')
      .select('stack_state.stack')
      .where('stack_state.stack', 'in', some)
      .where('record.kind', '=', 'pending')
      .execute(),
  )
  return rows.map((row) => ({ stack: row.stack, record: rowToRecord(row) }))
}

/** Scans after the last one with a verdict; ids of scans sort by time. */
async function readFailures(
  db: Kysely<Tables>,
  stacks: readonly string[],
): Promise<ReadonlyMap<string, { readonly count: number; readonly since: string }>> {
  const rows = await inChunks(stacks, (some) =>
    db
      .selectFrom('stack_state')
      .innerJoin('scan', 'scan.stack', 'stack_state.stack')
      .select(['scan.stack'])
      .select((expression) => [
        expression.fn.countAll<number>().as('count'),
        expression.fn.min('scan.started_at').as('since'),
      ])
      .where('stack_state.stack', 'in', some)
      .where('scan.status', '=', 'failed')
      .where(sql<boolean>`scan.id > coalesce(stack_state.last_good_scan_id, '')`)
      .groupBy('scan.stack')
      .execute(),
  )
  return new Map(rows.map(({ stack, count, since }) => [stack, { count: Number(count), since }]))
}

function neverScanned(stack: string): ScanFacts {
  const nothing = { commit: null, lastScanAt: null, lastGoodScanAt: null, failingSince: null, error: null }
  return { stack, status: 'unknown', failures: 0, ...nothing, pluginChange: null }
}
