import type { Insertable, Kysely, Transaction } from 'kysely'
import type { AlertMemory, DispatchCommit, DispatchState } from '../alert/alert-store.js'
import { MATTER_KINDS } from '../domain/alert-matter.js'
import { stormKey } from '../domain/plan-alerts.js'
import { matterToRow, rowToMatter, rowToThread, threadToRow } from './alert-memory-rows.js'
import type { AlertMatterTable, AlertThreadTable } from './alert-tables.js'
import { deliveryToRow } from './delivery-rows.js'
import { inChunks } from './in-chunks.js'
import type { Tables } from './tables.js'

const VERSION = 'alerts.version'
const CURSOR = 'alerts.cursor'
const SLOT = 'alerts.slot.'
/** Where dispatching stands. */
export async function readDispatchState(db: Kysely<Tables>): Promise<DispatchState> {
  const rows = await db.selectFrom('setting').selectAll().where('name', 'like', 'alerts.%').execute()
  const values = new Map(rows.map(({ name, value }) => [name, value]))
  const slots = rows.filter(({ name }) => name.startsWith(SLOT))
  return {
    version: Number(values.get(VERSION) ?? 0),
    eventCursor: values.get(CURSOR) ?? null,
    slots: Object.fromEntries(slots.map(({ name, value }) => [name.slice(SLOT.length), value])),
  }
}

/** Matters of these stacks and causes, then the threads they and these causes are in, then all matters of those. */
export async function readAlertMemory(
  db: Kysely<Tables>,
  { stacks, causes }: { readonly stacks: readonly string[]; readonly causes: readonly string[] },
): Promise<AlertMemory> {
  const near = [
    ...(await inChunks(stacks, (some) => mattersWhere(db, 'stack', some))),
    ...(await inChunks(causes, (some) => mattersWhere(db, 'cause', some))),
  ]
  const keys = [...new Set(near.flatMap(({ alert_key }) => alert_key ?? []))]
  const threads = [
    ...(await inChunks(keys, (some) => threadsWhere(db, 'alert_key', some))),
    ...(await inChunks([...causes, ...MATTER_KINDS.map(stormKey)], (some) =>
      threadsWhere(db, 'group_key', some),
    )),
  ]
  const threadKeys = [...new Set(threads.map(({ alert_key }) => alert_key))]
  const members = await inChunks(threadKeys, (some) => mattersWhere(db, 'alert_key', some))
  const matters = new Map([...near, ...members].map((row) => [`${row.channel} ${row.matter}`, row]))
  const unique = new Map(threads.map((row) => [`${row.channel} ${row.alert_key}`, row]))
  return {
    matters: [...matters.values()].map(rowToMatter),
    threads: [...unique.values()].map(rowToThread),
  }
}

/** Every stack that something is remembered of. */
export async function readRememberedStacks(db: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await db.selectFrom('alert_matter').select('stack').distinct().execute()
  return rows.map(({ stack }) => stack)
}

/** Writes all of it where nobody else wrote since; false: nothing was written. */
export async function writeCommit(db: Transaction<Tables>, commit: DispatchCommit): Promise<boolean> {
  if ((await readDispatchState(db)).version !== commit.version) return false
  const settings = {
    [VERSION]: String(commit.version + 1),
    ...(commit.eventCursor === null ? {} : { [CURSOR]: commit.eventCursor }),
    ...Object.fromEntries(Object.entries(commit.slots).map(([name, at]) => [SLOT + name, at])),
  }
  for (const [name, value] of Object.entries(settings)) await writeSetting(db, name, value)
  for (const { channel, matter } of commit.forgotten) {
    await db.deleteFrom('alert_matter').where('channel', '=', channel).where('matter', '=', matter).execute()
  }
  for (const { channel, alertKey } of commit.closed) {
    await db
      .deleteFrom('alert_thread')
      .where('channel', '=', channel)
      .where('alert_key', '=', alertKey)
      .execute()
  }
  await forEachChunk(commit.remembered.map(matterToRow), (some) => replaceMatters(db, some))
  await forEachChunk(commit.threads.map(threadToRow), (some) => replaceThreads(db, some))
  await forEachChunk(commit.deliveries.map(deliveryToRow), (some) =>
    db.insertInto('delivery').values(some).execute(),
  )
  await forEachChunk(commit.notices, (some) =>
    db.updateTable('notice').set({ is_told: 1 }).where('id', 'in', some).execute(),
  )
  return true
}

async function replaceMatters(
  db: Transaction<Tables>,
  rows: readonly Insertable<AlertMatterTable>[],
): Promise<void> {
  await db
    .insertInto('alert_matter')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['channel', 'matter']).doUpdateSet(({ ref }) => ({
        mark: ref('excluded.mark'),
        content: ref('excluded.content'),
        severity: ref('excluded.severity'),
        cause: ref('excluded.cause'),
        noticed_at: ref('excluded.noticed_at'),
        alert_key: ref('excluded.alert_key'),
      })),
    )
    .execute()
}

/** What was lost of a thread is written by those who deliver, meanwhile perhaps. */
async function replaceThreads(
  db: Transaction<Tables>,
  rows: readonly Insertable<AlertThreadTable>[],
): Promise<void> {
  await db
    .insertInto('alert_thread')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['channel', 'alert_key']).doUpdateSet(({ ref }) => ({
        sequence: ref('excluded.sequence'),
        sent_at: ref('excluded.sent_at'),
        repeats: ref('excluded.repeats'),
      })),
    )
    .execute()
}

async function forEachChunk<Item>(
  items: readonly Item[],
  write: (some: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  await inChunks(items, async (some) => {
    await write(some)
    return []
  })
}

async function writeSetting(db: Transaction<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function mattersWhere(
  db: Kysely<Tables>,
  column: 'stack' | 'cause' | 'alert_key',
  values: readonly string[],
) {
  return db.selectFrom('alert_matter').selectAll().where(column, 'in', values).execute()
}

function threadsWhere(db: Kysely<Tables>, column: 'alert_key' | 'group_key', values: readonly string[]) {
  return db.selectFrom('alert_thread').selectAll().where(column, 'in', values).execute()
}
