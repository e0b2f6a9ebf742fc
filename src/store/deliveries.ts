import type { Kysely, Transaction } from 'kysely'
import type { AttemptResult, DeliveryCount, DeliveryFilter, NextDelivery } from '../alert/alert-store.js'
import { DELIVERY_STATES, type DeliveryLine } from '../domain/delivery.js'
import type { JsonValue } from '../domain/record.js'
import { DELIVERY_LINE_COLUMNS, rowToDelivery, rowToLine, rowToReceipt } from './delivery-rows.js'
import type { Tables } from './tables.js'

/** Reasons of messages that come by the clock or from elsewhere: a channel's budget is for drift and scans. */
const OUTSIDE_BUDGET = ['digest', 'still-alive', 'remediation', 'repository', 'test'] as const

/** The oldest delivery that is due and the first of its thread that waits. */
export async function readNextDelivery(
  db: Kysely<Tables>,
  channel: string,
  now: string,
): Promise<NextDelivery> {
  const due = await firstOfThreads(db, channel)
    .selectAll('delivery')
    .where('delivery.next_attempt_at', '<=', now)
    .orderBy('delivery.id')
    .limit(1)
    .executeTakeFirst()
  if (due !== undefined) {
    const receipts = await readReceipts(db, channel, due.alert_key)
    return { status: 'due', due: { delivery: rowToDelivery(due), receipts } }
  }
  const later = await firstOfThreads(db, channel)
    .select(({ fn }) => fn.min('delivery.next_attempt_at').as('at'))
    .executeTakeFirst()
  return later?.at ? { status: 'later', at: later.at } : { status: 'none' }
}

/** Writes down how an attempt ended; a message that is given up is lost to its thread. */
export async function writeAttempt(
  db: Transaction<Tables>,
  id: string,
  result: AttemptResult,
): Promise<void> {
  const row = await db
    .updateTable('delivery')
    .set((expression) => ({ attempts: expression('attempts', '+', 1), ...changesOf(result) }))
    .where('id', '=', id)
    .returning(['channel', 'alert_key'])
    .executeTakeFirst()
  if (row === undefined || result.status !== 'dead') return
  await changeLost(db, row, 1)
}

/** What waits after a failure may go now. */
export async function hasten(db: Kysely<Tables>, channel: string, now: string): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ next_attempt_at: now })
    .where('channel', '=', channel)
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '>', now)
    .execute()
}

/** Deliveries without their messages, newest first. */
export async function readLines(
  db: Kysely<Tables>,
  { state, channel, id, limit }: DeliveryFilter,
): Promise<readonly DeliveryLine[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(DELIVERY_LINE_COLUMNS)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel ?? ''))
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(rowToLine)
}

/** How many there are, by channel and state. */
export async function countDeliveries(db: Kysely<Tables>): Promise<readonly DeliveryCount[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['channel', 'state'])
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .groupBy(['channel', 'state'])
    .orderBy('channel')
    .execute()
  return rows.flatMap(({ channel, state, count }) => {
    const known = DELIVERY_STATES.find((one) => one === state)
    return known === undefined ? [] : [{ channel, state: known, count: Number(count) }]
  })
}

/** One delivery of any state, or all dead ones, wait again. */
export async function resendDeliveries(
  db: Transaction<Tables>,
  { id, now, giveUpAt }: { readonly id: string | null; readonly now: string; readonly giveUpAt: string },
): Promise<number> {
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'channel', 'alert_key', 'state'])
    .$if(id !== null, (query) => query.where('id', '=', id ?? ''))
    .$if(id === null, (query) => query.where('state', '=', 'dead'))
    .execute()
  for (const row of rows) {
    await db
      .updateTable('delivery')
      .set({ state: 'waiting', attempts: 0, next_attempt_at: now, give_up_at: giveUpAt })
      .where('id', '=', row.id)
      .execute()
    if (row.state === 'dead') await changeLost(db, row, -1)
  }
  return rows.length
}

/** Messages of a channel's budget since then. */
export async function countMessages(
  db: Kysely<Tables>,
  channel: string,
  since: string,
): Promise<{ readonly count: number; readonly firstAt: string | null }> {
  const row = await db
    .selectFrom('delivery')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('created_at').as('first')])
    .where('channel', '=', channel)
    .where('created_at', '>', since)
    .where('reason', 'not in', OUTSIDE_BUDGET)
    .executeTakeFirst()
  return { count: Number(row?.count ?? 0), firstAt: row?.first ?? null }
}

/** The last sequence of a thread; 0: there is none. */
export async function readLastSequence(
  db: Kysely<Tables>,
  channel: string,
  alertKey: string,
): Promise<number> {
  const row = await db
    .selectFrom('delivery')
    .select(({ fn }) => fn.max('sequence').as('last'))
    .where('channel', '=', channel)
    .where('alert_key', '=', alertKey)
    .executeTakeFirst()
  return Number(row?.last ?? 0)
}

/** Forgets what every other channel was told, and gives up what waits for it. */
export async function forgetOthers(db: Transaction<Tables>, channels: readonly string[]): Promise<void> {
  // an empty list would be no SQL
  const kept = ['', ...channels]
  await db.deleteFrom('alert_matter').where('channel', 'not in', kept).execute()
  await db.deleteFrom('alert_thread').where('channel', 'not in', kept).execute()
  await db
    .updateTable('delivery')
    .set({ state: 'dead', problem: 'given up: its channel is configured no longer' })
    .where('state', '=', 'waiting')
    .where('channel', 'not in', kept)
    .execute()
}

/** Forgets what is old: told notices, and deliveries that wait for nothing and of which no open thread needs a receipt. */
export async function prune(db: Transaction<Tables>, before: string): Promise<void> {
  await db.deleteFrom('notice').where('is_told', '=', 1).where('at', '<', before).execute()
  await db
    .deleteFrom('delivery')
    .where('state', '!=', 'waiting')
    .where('created_at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('alert_thread')
            .select('alert_thread.alert_key')
            .whereRef('alert_thread.alert_key', '=', 'delivery.alert_key'),
        ),
      ),
    )
    .execute()
}

function firstOfThreads(db: Kysely<Tables>, channel: string) {
  return db
    .selectFrom('delivery')
    .where('delivery.channel', '=', channel)
    .where('delivery.state', '=', 'waiting')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery as earlier')
            .select('earlier.id')
            .whereRef('earlier.channel', '=', 'delivery.channel')
            .whereRef('earlier.alert_key', '=', 'delivery.alert_key')
            .whereRef('earlier.sequence', '<', 'delivery.sequence')
            .where('earlier.state', '=', 'waiting'),
        ),
      ),
    )
}

async function readReceipts(
  db: Kysely<Tables>,
  channel: string,
  alertKey: string,
): Promise<readonly JsonValue[]> {
  const rows = await db
    .selectFrom('delivery')
    .select('receipt')
    .where('channel', '=', channel)
    .where('alert_key', '=', alertKey)
    .where('receipt', 'is not', null)
    .orderBy('sequence')
    .execute()
  return rows.map(rowToReceipt)
}

function changesOf(result: AttemptResult) {
  if (result.status === 'retry') return { next_attempt_at: result.nextAttemptAt, problem: result.problem }
  if (result.status === 'dead') return { state: 'dead', problem: result.problem }
  const receipt = result.receipt === null ? null : JSON.stringify(result.receipt)
  return { state: 'delivered', delivered_at: result.at, problem: result.problem, receipt }
}

async function changeLost(
  db: Transaction<Tables>,
  { channel, alert_key: alertKey }: { readonly channel: string; readonly alert_key: string },
  by: 1 | -1,
): Promise<void> {
  await db
    .updateTable('alert_thread')
    .set((expression) => ({ lost: expression('lost', '+', by) }))
    .where('channel', '=', channel)
    .where('alert_key', '=', alertKey)
    .execute()
}
