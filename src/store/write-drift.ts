import type { Transaction } from 'kysely'
import { DRIFT_STATES, type Drift, type DriftEvent, type FollowDrift, isOpenDrift } from '../domain/drift.js'
import { driftToRow, eventToRow, rowToDrift } from './drift-rows.js'
import type { ChangedDrift } from './drift-store.js'
import { inChunks } from './in-chunks.js'
import type { Tables } from './tables.js'

/**
 * Asks what becomes of a stack's drift and writes it, with the open drift counted anew. The caller has written the
 * stack's state in this transaction: that holds back whoever else would follow this stack.
 */
export async function followStack(
  db: Transaction<Tables>,
  stack: string,
  follow: FollowDrift,
): Promise<void> {
  const changes = follow(await readDrifts(db, stack))
  await writeDrifts(db, changes.drifts)
  await forget(db, stack, changes.forgotten)
  await appendEvents(db, changes.events)
  await countOpen(db, stack)
}

/** Does one thing to one drift by hand. Null where there is no such drift, or nothing to be done. */
export async function changeOneDrift(
  db: Transaction<Tables>,
  key: { readonly stack: string; readonly fingerprint: string },
  decide: (drift: Drift) => ChangedDrift | null,
): Promise<ChangedDrift | null> {
  // takes the lock that a scan of this stack takes, on every database
  await db
    .updateTable('stack_state')
    .set((eb) => ({ stack: eb.ref('stack') }))
    .where('stack', '=', key.stack)
    .execute()
  const row = await db
    .selectFrom('drift')
    .selectAll()
    .where('stack', '=', key.stack)
    .where('fingerprint', '=', key.fingerprint)
    .executeTakeFirst()
  const changed = row === undefined ? null : decide(rowToDrift(row))
  if (changed === null) return null
  await writeDrifts(db, [changed.drift])
  await appendEvents(db, [changed.event])
  await countOpen(db, key.stack)
  return changed
}

async function readDrifts(db: Transaction<Tables>, stack: string): Promise<readonly Drift[]> {
  const rows = await db
    .selectFrom('drift')
    .selectAll()
    .where('stack', '=', stack)
    .orderBy('fingerprint')
    .execute()
  return rows.map(rowToDrift)
}

async function writeDrifts(db: Transaction<Tables>, drifts: readonly Drift[]): Promise<void> {
  await inChunks(drifts.map(driftToRow), (some) => {
    const columns = Object.keys(some[0] ?? {}) as (keyof (typeof some)[number])[]
    const replaced = columns.filter((column) => column !== 'stack' && column !== 'fingerprint')
    return db
      .insertInto('drift')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['stack', 'fingerprint'])
          .doUpdateSet((eb) =>
            Object.fromEntries(replaced.map((column) => [column, eb.ref(`excluded.${column}`)])),
          ),
      )
      .execute()
  })
}

async function forget(
  db: Transaction<Tables>,
  stack: string,
  fingerprints: readonly string[],
): Promise<void> {
  await inChunks(fingerprints, (some) =>
    db.deleteFrom('drift').where('stack', '=', stack).where('fingerprint', 'in', some).execute(),
  )
}

/** Numbers are given out under a lock that is held until the commit: none becomes visible before a smaller one. */
async function appendEvents(db: Transaction<Tables>, events: readonly DriftEvent[]): Promise<void> {
  if (events.length === 0) return
  const { value } = await db
    .updateTable('drift_sequence')
    .set((eb) => ({ value: eb('value', '+', events.length) }))
    .where('name', '=', 'event')
    .returning('value')
    .executeTakeFirstOrThrow()
  const rows = events.map((event, index) => eventToRow(event, value - events.length + 1 + index))
  await inChunks(rows, (some) => db.insertInto('drift_event').values(some).execute())
}

async function countOpen(db: Transaction<Tables>, stack: string): Promise<void> {
  const rows = await db
    .selectFrom('drift')
    .select((eb) => ['severity', eb.fn.countAll().as('count')])
    .where('stack', '=', stack)
    .where('state', 'in', OPEN_STATES)
    .groupBy('severity')
    .execute()
  const counts = new Map(rows.map(({ severity, count }) => [severity, Number(count)]))
  await db
    .updateTable('stack_state')
    .set({
      open_critical: counts.get('critical') ?? 0,
      open_high: counts.get('high') ?? 0,
      open_medium: counts.get('medium') ?? 0,
      open_low: counts.get('low') ?? 0,
      open_info: counts.get('info') ?? 0,
    })
    .where('stack', '=', stack)
    .execute()
}

/** The states that people are still told about, as `isOpenDrift` has them. */
export const OPEN_STATES = DRIFT_STATES.filter((state) => isOpenDrift({ state }))
