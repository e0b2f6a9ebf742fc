import type { Transaction } from 'kysely'
import type { GuardedDatabase } from './guarded-database.js'
import type { RetentionRule, RetentionStep } from './retention-store.js'
import type { Tables } from './tables.js'

const ROWS_PER_STEP = 500

/** Forgets the drift that was resolved before the rule's time. */
export async function* pruneDrift(
  { db, guard }: GuardedDatabase,
  { before }: RetentionRule,
): AsyncGenerator<RetentionStep> {
  for (let count = ROWS_PER_STEP; count === ROWS_PER_STEP; ) {
    count = await guard(() => db.transaction().execute((transaction) => deleteResolved(transaction, before)))
    yield { what: 'drifts', count }
  }
}

/** Forgets the events from before the rule's time, but for those of the present episode of a drift that is kept. */
export async function* pruneEvents(
  { db, guard }: GuardedDatabase,
  { before }: RetentionRule,
): AsyncGenerator<RetentionStep> {
  for (let last = 0; ; ) {
    const page = await guard(() =>
      db
        .selectFrom('drift_event')
        .select(['sequence', 'at'])
        .where('sequence', '>', last)
        .orderBy('sequence')
        .limit(ROWS_PER_STEP)
        .execute(),
    )
    const old = page.filter(({ at }) => at < before).map(({ sequence }) => sequence)
    // they were written in about the order of their times
    if (old.length === 0) return
    const count = await guard(() => db.transaction().execute((transaction) => deleteEvents(transaction, old)))
    yield { what: 'events', count }
    last = page.at(-1)?.sequence ?? last
  }
}

async function deleteResolved(db: Transaction<Tables>, before: string): Promise<number> {
  const result = await db
    .deleteFrom('drift')
    .where((eb) =>
      eb(
        eb.refTuple('stack', 'fingerprint'),
        'in',
        eb
          .selectFrom('drift')
          .select(['stack', 'fingerprint'])
          .where('state', '=', 'resolved')
          .where('resolved_at', '<', before)
          .limit(ROWS_PER_STEP)
          .$asTuple('stack', 'fingerprint'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

async function deleteEvents(db: Transaction<Tables>, sequences: readonly number[]): Promise<number> {
  const result = await db
    .deleteFrom('drift_event')
    .where('sequence', 'in', sequences)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('drift')
            .select('drift.stack')
            .whereRef('drift.stack', '=', 'drift_event.stack')
            .whereRef('drift.fingerprint', '=', 'drift_event.fingerprint')
            .whereRef('drift.first_seen_at', '<=', 'drift_event.at'),
        ),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
