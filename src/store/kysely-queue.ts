import { type Kysely, sql, type Transaction } from 'kysely'
import type { ClaimedScan, ClaimRequest, EnqueueOutcome, QueuedScan, ScanQueue } from '../schedule/queue.js'
import { advanceToken, lockToken } from './fence.js'
import type { GuardedDatabase } from './guarded-database.js'
import { inChunks } from './in-chunks.js'
import { type QueuedScanRow, toQueuedScan, toRow } from './queue-rows.js'
import type { QueuedSlotTable } from './schedule-tables.js'
import type { Tables } from './tables.js'

/** Slots remembered per stack: a day of hourly ones. The scheduler asks for old ones only after the clock was set back. */
const SLOTS_REMEMBERED = 24

/**
 * The queue on a database that Kysely speaks to. Whatever changes it locks its token first: one at a time decides, on
 * PostgreSQL too, where transactions else run side by side.
 */
export function createKyselyQueue({ db, guard }: GuardedDatabase): ScanQueue {
  const change = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    guard(() =>
      db.transaction().execute(async (transaction) => {
        await lockToken(transaction, 'queue')
        return run(transaction)
      }),
    )
  return {
    enqueue: (scans) => change((transaction) => enqueue(transaction, scans)),
    async claim(request) {
      // asked once a second: a queue with nothing to do is left as it is
      const isWorthIt = await guard(() => hasDue(db, request))
      return isWorthIt ? change((transaction) => claim(transaction, request)) : []
    },
    heartbeat: (claims, leaseUntil) =>
      change((transaction) => prolongLeases(transaction, claims, leaseUntil)),
    complete: (claims) => change((transaction) => complete(transaction, claims)),
    release: (claimed) => change((transaction) => release(transaction, claimed)),
    async stateOf(id) {
      const row = await guard(() =>
        db.selectFrom('queued_scan').select('lease_until').where('id', '=', id).executeTakeFirst(),
      )
      if (row === undefined) return 'done'
      return row.lease_until === null ? 'waiting' : 'running'
    },
    depth: (now) =>
      guard(() =>
        db
          .selectFrom('queued_scan')
          .select(({ fn, or, eb }) => {
            const isWaiting = or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)])
            return [
              fn.countAll<number>().filterWhere(isWaiting).as('waiting'),
              fn.countAll<number>().filterWhere('lease_until', '>', now).as('running'),
              fn.min<string | null>('queued_at').filterWhere(isWaiting).as('oldestQueuedAt'),
            ]
          })
          .executeTakeFirstOrThrow(),
      ),
  }
}

async function enqueue(
  db: Transaction<Tables>,
  scans: readonly QueuedScan[],
): Promise<readonly EnqueueOutcome[]> {
  const newSlots = await rememberSlots(db, scans)
  // of two with the same slot in one call the first has it
  const wanted = scans.filter(({ stack, slot }) => slot === null || newSlots.delete(slotKey(stack, slot)))
  const queued = new Set(
    await inChunks(wanted, async (some) => {
      const rows = await db
        .insertInto('queued_scan')
        .values(some.map(toRow))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    }),
  )
  const others = scans.filter(({ id }) => !queued.has(id))
  const waiting = await readWaiting(
    db,
    others.map(({ stack }) => stack),
  )
  for (const scan of wanted) {
    const row = queued.has(scan.id) ? undefined : waiting.get(scan.stack)
    if (row !== undefined) waiting.set(scan.stack, await hurry(db, row, scan))
  }
  return scans.map(({ id, stack }) =>
    queued.has(id) ? { status: 'queued', id } : { status: 'duplicate', id: waiting.get(stack)?.id ?? null },
  )
}

/** The slots that were not queued before; they are now. */
async function rememberSlots(db: Transaction<Tables>, scans: readonly QueuedScan[]): Promise<Set<string>> {
  const slots = scans.flatMap(({ stack, slot }): QueuedSlotTable[] =>
    slot === null ? [] : [{ stack, slot }],
  )
  const rows = await inChunks(slots, (some) =>
    db
      .insertInto('queued_slot')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .returning(['stack', 'slot'])
      .execute(),
  )
  return new Set(rows.map(({ stack, slot }) => slotKey(stack, slot)))
}

async function readWaiting(
  db: Transaction<Tables>,
  stacks: readonly string[],
): Promise<Map<string, QueuedScanRow>> {
  const rows = await inChunks(stacks, (some) =>
    db
      .selectFrom('queued_scan')
      .selectAll()
      .where('stack', 'in', some)
      .where('lease_until', 'is', null)
      .execute(),
  )
  return new Map(rows.map((row) => [row.stack, row]))
}

/** A scan that waits already takes over what makes the other one urgent: its row as it is then. */
async function hurry(
  db: Transaction<Tables>,
  waiting: QueuedScanRow,
  other: Pick<QueuedScan, 'priority' | 'notBefore'>,
): Promise<QueuedScanRow> {
  const isUrgent = other.priority > waiting.priority || other.notBefore < waiting.not_before
  if (!isUrgent) return waiting
  const urgent = {
    priority: Math.max(other.priority, waiting.priority),
    not_before: other.notBefore < waiting.not_before ? other.notBefore : waiting.not_before,
  }
  await db.updateTable('queued_scan').set(urgent).where('id', '=', waiting.id).execute()
  return { ...waiting, ...urgent }
}

async function hasDue(db: Kysely<Tables>, request: ClaimRequest): Promise<boolean> {
  return (
    (await readExpired(db, request.now)).length > 0 ||
    (await selectDue(db, { ...request, limit: 1 })).length > 0
  )
}

async function claim(db: Transaction<Tables>, request: ClaimRequest): Promise<readonly ClaimedScan[]> {
  await mergeExpired(db, request.now)
  const rows = await selectDue(db, request)
  if (rows.length === 0) return []
  const lastToken = await advanceToken(db, 'queue', rows.length)
  const { leaseUntil, owner } = request
  const claims = rows.map((row, index) => ({ row, token: lastToken - rows.length + 1 + index }))
  for (const { row, token } of claims) {
    await db
      .updateTable('queued_scan')
      .set({ token, lease_until: leaseUntil, owner })
      .where('id', '=', row.id)
      .execute()
  }
  return claims.map(({ row, token }) => ({ ...toQueuedScan(row), fencingToken: token, leaseUntil }))
}

/** What was claimed and given up by a dead process, where another scan of the stack waits: that one stands for both. */
async function mergeExpired(db: Transaction<Tables>, now: string): Promise<void> {
  const expired = await readExpired(db, now)
  const waiting = await readWaiting(
    db,
    expired.map(({ stack }) => stack),
  )
  for (const row of expired) {
    const other = waiting.get(row.stack)
    if (other !== undefined) await mergeInto(db, other, row)
  }
}

function readExpired(db: Kysely<Tables>, now: string): Promise<readonly QueuedScanRow[]> {
  return db.selectFrom('queued_scan').selectAll().where('lease_until', '<=', now).execute()
}

async function mergeInto(db: Transaction<Tables>, waiting: QueuedScanRow, row: QueuedScanRow): Promise<void> {
  await hurry(db, waiting, toQueuedScan(row))
  await db.deleteFrom('queued_scan').where('id', '=', row.id).execute()
}

async function selectDue(
  db: Kysely<Tables>,
  { now, limit, busyStacks }: ClaimRequest,
): Promise<readonly QueuedScanRow[]> {
  let due = db
    .selectFrom('queued_scan')
    .selectAll()
    .where('not_before', '<=', now)
    // an expression, lest an index of leases be preferred to that of ranks, and thousands sorted for the first few
    .where((eb) => eb(eb.fn.coalesce('lease_until', sql.lit('')), '<=', now))
    .where('stack', 'not in', (eb) =>
      eb.selectFrom('queued_scan as running').select('running.stack').where('running.lease_until', '>', now),
    )
  // as the keys of one document, which both databases take apart: thousands of parameters are slow, and not allowed
  const busy = JSON.stringify(Object.fromEntries(busyStacks.map((stack) => [stack, 0])))
  if (busyStacks.length > 0) due = due.where(sql<boolean>`stack not in (select key from json_each(${busy}))`)
  return due.orderBy('priority', 'desc').orderBy('queued_at').orderBy('id').limit(limit).execute()
}

async function prolongLeases(
  db: Transaction<Tables>,
  claims: readonly ClaimedScan[],
  leaseUntil: string,
): Promise<readonly string[]> {
  const kept = await inChunks(claims, (some) =>
    db
      .updateTable('queued_scan')
      .set({ lease_until: leaseUntil })
      .where(
        'token',
        'in',
        some.map(({ fencingToken }) => fencingToken),
      )
      .returning('id')
      .execute(),
  )
  const ours = new Set(kept.map(({ id }) => id))
  return claims.filter(({ id }) => !ours.has(id)).map(({ id }) => id)
}

async function complete(db: Transaction<Tables>, claims: readonly ClaimedScan[]): Promise<readonly string[]> {
  const lost: string[] = []
  for (const { id, stack, slot, fencingToken } of claims) {
    const gone = await db
      .deleteFrom('queued_scan')
      .where('id', '=', id)
      .where('token', '=', fencingToken)
      .returning('id')
      .execute()
    if (gone.length === 0) lost.push(id)
    else if (slot !== null) await forgetOldSlots(db, stack)
  }
  return lost
}

async function forgetOldSlots(db: Transaction<Tables>, stack: string): Promise<void> {
  await db
    .deleteFrom('queued_slot')
    .where('stack', '=', stack)
    .where('slot', '<=', (eb) =>
      eb
        .selectFrom('queued_slot as kept')
        .select('kept.slot')
        .where('kept.stack', '=', stack)
        .orderBy('kept.slot', 'desc')
        .offset(SLOTS_REMEMBERED)
        .limit(1),
    )
    .execute()
}

async function release(db: Transaction<Tables>, claimed: ClaimedScan): Promise<void> {
  const row = await db
    .selectFrom('queued_scan')
    .selectAll()
    .where('id', '=', claimed.id)
    .where('token', '=', claimed.fencingToken)
    .executeTakeFirst()
  if (row === undefined) return
  const waiting = (await readWaiting(db, [row.stack])).get(row.stack)
  if (waiting !== undefined) return mergeInto(db, waiting, row)
  await db
    .updateTable('queued_scan')
    .set({ token: null, lease_until: null, owner: null })
    .where('id', '=', row.id)
    .execute()
}

function slotKey(stack: string, slot: string): string {
  return `${stack} ${slot}`
}
