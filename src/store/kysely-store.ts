import type { Kysely, Selectable, Transaction } from 'kysely'
import type { DriftRecord } from '../domain/record.js'
import type { Scan } from '../domain/scan.js'
import { holdFence } from './fence.js'
import type { GuardedDatabase } from './guarded-database.js'
import { addRuleHits } from './ignore-rules.js'
import { inChunks, isMany } from './in-chunks.js'
import { readKnownStacks, replaceKnownStacks } from './known-stacks.js'
import { writePlugins } from './plugin-versions.js'
import { RECORD_ID_PREFIX } from './record-id-prefix.js'
import { recordToRow, rowToRecord, rowToScan, scanToRow, statusSchema } from './rows.js'
import { readSetting, SETTINGS, writeKeyId } from './settings.js'
import type { FoundRecord, ScanResult, StackState, StackSummary, Store } from './store.js'
import type { ScanTable, Tables } from './tables.js'
import { followStack } from './write-drift.js'

const MAX_FOUND = 20
const KEY_REMEDY = 'restore that key, or name its place with DRIFTD_KEY_FILE'

/** The store on a database that Kysely speaks to. SQL is the same on SQLite and PostgreSQL. */
export function createKyselyStore({ db, guard }: GuardedDatabase): Store {
  return {
    saveScan: (result) =>
      guard(() => db.transaction().execute((transaction) => insertScan(transaction, result))),
    stackStates: (names) => guard(() => inChunks(names, (some) => readStates(db, some))),
    stackSummaries: (names) => guard(() => readSummaries(db, names)),
    saveKnownStacks: (repository, stacks) =>
      guard(() =>
        db.transaction().execute((transaction) => replaceKnownStacks(transaction, repository, stacks)),
      ),
    knownStacks: (repositories) => guard(() => readKnownStacks(db, repositories)),
    baseline: (stack) => guard(() => readBaseline(db, stack)),
    findRecords: (idPrefix) => guard(() => findRecords(db, idPrefix)),
    keyId: () => guard(() => readSetting(db, SETTINGS.hashKeyId)),
    saveKeyId: (keyId) =>
      guard(() => writeKeyId(db, { name: SETTINGS.hashKeyId, keyId, remedy: KEY_REMEDY })),
    close: () => db.destroy(),
  }
}

/** Writes a scan with everything that changes with it, within a transaction. Throws LEADERSHIP_LOST. */
export async function insertScan(
  db: Transaction<Tables>,
  { scan, nextBaseline, follow, ruleHits, plugins, fence }: ScanResult,
): Promise<void> {
  await holdFence(db, fence ?? null)
  await db.deleteFrom('running_scan').where('id', '=', scan.id).execute()
  await db.insertInto('scan').values(scanToRow(scan)).execute()
  const rows = scan.records.map((record, position) => recordToRow(scan.id, record, position))
  await inChunks(rows, (some) => db.insertInto('record').values(some).execute())
  await writeState(db, scan)
  if (plugins !== undefined) await writePlugins(db, scan, plugins)
  if (follow !== undefined) await followStack(db, scan.stack, follow)
  if (ruleHits !== undefined && scan.repository !== null) {
    await addRuleHits(db, scan.repository, { hits: ruleHits, at: scan.startedAt })
  }
  if (nextBaseline === null) return
  const content = { scan_id: scan.id, content: nextBaseline }
  await db
    .insertInto('baseline')
    .values({ stack: scan.stack, ...content })
    .onConflict((conflict) => conflict.column('stack').doUpdateSet(content))
    .execute()
}

/** The scan saved last is the latest, whatever the wall clock said: it may have been set back. */
async function writeState(db: Transaction<Tables>, scan: Scan): Promise<void> {
  const good = { last_good_scan_id: scan.id, last_good_scan_at: scan.startedAt }
  const none = { last_good_scan_id: null, last_good_scan_at: null }
  const hasVerdict = scan.status !== 'failed'
  await db
    .insertInto('stack_state')
    .values({ stack: scan.stack, last_scan_id: scan.id, ...NO_OPEN_DRIFT, ...(hasVerdict ? good : none) })
    .onConflict((conflict) =>
      conflict.column('stack').doUpdateSet({ last_scan_id: scan.id, ...(hasVerdict ? good : {}) }),
    )
    .execute()
}

const NO_OPEN_DRIFT = { open_critical: 0, open_high: 0, open_medium: 0, open_low: 0, open_info: 0 }

async function readStates(db: Kysely<Tables>, names: readonly string[]): Promise<readonly StackState[]> {
  const rows = await db
    .selectFrom('stack_state')
    .innerJoin('scan', 'scan.id', 'stack_state.last_scan_id')
    .selectAll('scan')
    .select('stack_state.last_good_scan_at')
    .where('stack_state.stack', 'in', names)
    .execute()
  const scans = await readScans(db, rows)
  const lastGood = new Map(rows.map((row) => [row.stack, row.last_good_scan_at]))
  const byStack = new Map(scans.map((scan) => [scan.stack, scan]))
  return names.map((stack) => ({
    stack,
    lastScan: byStack.get(stack) ?? null,
    lastGoodScanAt: lastGood.get(stack) ?? null,
  }))
}

/** No more of ten thousand rows than is shown. */
const SUMMARY_COLUMNS = [
  'scan.provider',
  'scan.status',
  'scan.started_at',
  'scan.commit_id',
  'scan.verified',
  'scan.applicable',
  'stack_state.stack',
  'stack_state.last_good_scan_at',
  'stack_state.open_critical',
  'stack_state.open_high',
  'stack_state.open_medium',
  'stack_state.open_low',
  'stack_state.open_info',
] as const

async function readSummaries(
  db: Kysely<Tables>,
  names: readonly string[],
): Promise<readonly (StackSummary | null)[]> {
  if (names.length === 0) return []
  const rows = await db
    .selectFrom('stack_state')
    .innerJoin('scan', 'scan.id', 'stack_state.last_scan_id')
    .select(SUMMARY_COLUMNS)
    .$if(!isMany(names), (query) => query.where('stack_state.stack', 'in', names))
    .execute()
  const byStack = new Map(
    rows.map((row) => [
      row.stack,
      {
        stack: row.stack,
        provider: row.provider,
        status: statusSchema.parse(row.status),
        lastScanAt: row.started_at,
        commit: row.commit_id,
        coverage: { verified: row.verified, applicable: row.applicable },
        lastGoodScanAt: row.last_good_scan_at,
        openDrift: {
          critical: row.open_critical,
          high: row.open_high,
          medium: row.open_medium,
          low: row.open_low,
          info: row.open_info,
        },
      },
    ]),
  )
  return names.map((stack) => byStack.get(stack) ?? null)
}

async function findRecords(db: Kysely<Tables>, idPrefix: string): Promise<readonly FoundRecord[]> {
  if (!RECORD_ID_PREFIX.test(idPrefix)) return []
  const rows = await db
    .selectFrom('record')
    .innerJoin('stack_state', 'stack_state.last_good_scan_id', 'record.scan_id')
    .selectAll('record')
    .where('record.id', '>=', idPrefix)
    // '{' follows 'z', the greatest character of an id
    .where('record.id', '<', `${idPrefix}{`)
    .orderBy('record.id')
    .orderBy('record.scan_id')
    .limit(MAX_FOUND)
    .execute()
  const scanIds = [...new Set(rows.map((row) => row.scan_id))]
  if (scanIds.length === 0) return []
  const scanRows = await db.selectFrom('scan').selectAll().where('id', 'in', scanIds).execute()
  const scans = new Map((await readScans(db, scanRows)).map((scan) => [scan.id, scan]))
  return rows.flatMap((row) => {
    const scan = scans.get(row.scan_id)
    return scan ? [{ record: rowToRecord(row), scan }] : []
  })
}

async function readScans(
  db: Kysely<Tables>,
  rows: readonly Selectable<ScanTable>[],
): Promise<readonly Scan[]> {
  if (rows.length === 0) return []
  const recordRows = await db
    .selectFrom('record')
    .selectAll()
    .where(
      'scan_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('scan_id')
    .orderBy('position')
    .execute()
  const byScan = new Map<string, DriftRecord[]>(rows.map((row) => [row.id, []]))
  for (const row of recordRows) byScan.get(row.scan_id)?.push(rowToRecord(row))
  return rows.map((row) => rowToScan(row, byScan.get(row.id) ?? []))
}

async function readBaseline(db: Kysely<Tables>, stack: string): Promise<string | null> {
  const row = await db.selectFrom('baseline').select('content').where('stack', '=', stack).executeTakeFirst()
  return row?.content ?? null
}
