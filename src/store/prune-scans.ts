import type { Kysely, Transaction } from 'kysely'
import type { GuardedDatabase } from './guarded-database.js'
import type { RetentionRule, RetentionStep } from './retention-store.js'
import type { Tables } from './tables.js'

const SCANS_PER_STEP = 50
/** Some 20 ms on SQLite. */
const RECORDS_PER_STEP = 1_000
const STACKS_PER_STEP = 20

interface ScanKey {
  readonly id: string
  readonly started_at: string
}

/** Forgets the scans that began before the rule's time. */
export async function* pruneOldScans(
  database: GuardedDatabase,
  { before }: RetentionRule,
): AsyncGenerator<RetentionStep> {
  let last: ScanKey | null = null
  for (;;) {
    const scans: readonly ScanKey[] = await database.guard(() => readOldScans(database.db, before, last))
    yield* forgetScans(
      database,
      scans.map(({ id }) => id),
    )
    if (scans.length < SCANS_PER_STEP) return
    last = scans.at(-1) ?? null
  }
}

/** Forgets the oldest scans of the stacks that have more of them than the rule lets them have. */
export async function* pruneExcessScans(
  database: GuardedDatabase,
  { maxScansPerStack }: RetentionRule,
): AsyncGenerator<RetentionStep> {
  for (let last = ''; ; ) {
    const stacks = await database.guard(() => readStacks(database.db, last))
    for (const stack of stacks) {
      for (;;) {
        const scans = await database.guard(() => readExcess(database.db, stack, maxScansPerStack))
        yield* forgetScans(database, scans)
        if (scans.length < SCANS_PER_STEP) break
      }
    }
    // looking takes time as well
    yield { what: 'scans', count: 0 }
    if (stacks.length < STACKS_PER_STEP) return
    last = stacks.at(-1) ?? ''
  }
}

/** Their records first, since a scan may have very many. */
async function* forgetScans(
  database: GuardedDatabase,
  ids: readonly string[],
): AsyncGenerator<RetentionStep> {
  if (ids.length === 0) return
  const change = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    database.guard(() => database.db.transaction().execute(run))
  for (let count = RECORDS_PER_STEP; count === RECORDS_PER_STEP; ) {
    count = await change((transaction) => deleteRecords(transaction, ids))
    yield { what: 'records', count }
  }
  yield { what: 'scans', count: await change((transaction) => deleteScans(transaction, ids)) }
}

async function readOldScans(
  db: Kysely<Tables>,
  before: string,
  last: ScanKey | null,
): Promise<readonly ScanKey[]> {
  let query = withoutLatest(db).where('started_at', '<', before)
  if (last !== null) {
    query = query.where((eb) => eb(eb.refTuple('started_at', 'id'), '>', eb.tuple(last.started_at, last.id)))
  }
  return query.orderBy('started_at').orderBy('id').limit(SCANS_PER_STEP).execute()
}

async function readStacks(db: Kysely<Tables>, last: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('stack_state')
    .select('stack')
    .where('stack', '>', last)
    .orderBy('stack')
    .limit(STACKS_PER_STEP)
    .execute()
  return rows.map(({ stack }) => stack)
}

async function readExcess(db: Kysely<Tables>, stack: string, max: number): Promise<readonly string[]> {
  const newest = await db
    .selectFrom('scan')
    .select('id')
    .where('stack', '=', stack)
    .orderBy('id', 'desc')
    .offset(max)
    .limit(1)
    .executeTakeFirst()
  if (newest === undefined) return []
  const rows = await withoutLatest(db)
    .where('stack', '=', stack)
    .where('id', '<=', newest.id)
    .orderBy('id')
    .limit(SCANS_PER_STEP)
    .execute()
  return rows.map(({ id }) => id)
}

/** Scans that no stack is known by: neither its last one nor its last one with a verdict. */
function withoutLatest(db: Kysely<Tables>) {
  return db
    .selectFrom('scan')
    .select(['id', 'started_at'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stack_state').select('stack').whereRef('stack_state.last_scan_id', '=', 'scan.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stack_state').select('stack').whereRef('stack_state.last_good_scan_id', '=', 'scan.id'),
        ),
      ),
    )
}

async function deleteRecords(db: Transaction<Tables>, scans: readonly string[]): Promise<number> {
  const result = await db
    .deleteFrom('record')
    .where((eb) =>
      eb(
        eb.refTuple('scan_id', 'position'),
        'in',
        eb
          .selectFrom('record')
          .select(['scan_id', 'position'])
          .where('scan_id', 'in', scans)
          .limit(RECORDS_PER_STEP)
          .$asTuple('scan_id', 'position'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

async function deleteScans(db: Transaction<Tables>, ids: readonly string[]): Promise<number> {
  const result = await db.deleteFrom('scan').where('id', 'in', ids).executeTakeFirst()
  return Number(result.numDeletedRows)
}
