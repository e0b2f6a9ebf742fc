import type { Transaction } from 'kysely'
import { DriftError } from '../domain/errors.js'
import type { Fence } from '../domain/running-scan.js'
import type { FenceName } from './schedule-tables.js'
import type { Tables } from './tables.js'

/**
 * Locks the latest token of the lead until the transaction ends: it stays the latest that long. Throws LEADERSHIP_LOST
 * where it is another one; does nothing without a fence.
 */
export async function holdFence(db: Transaction<Tables>, fence: Fence | null): Promise<void> {
  if (fence === null) return
  const latest = await lockToken(db, 'lead')
  if (latest === fence.token) return
  throw new DriftError(
    'LEADERSHIP_LOST',
    'another driftd has taken the lead, while this one was paused or could not reach the store: nothing was written',
  )
}

/**
 * The latest token; nobody else gets a newer one, or this far, before the transaction ends. An update without effect is
 * what locks a row on every database.
 */
export async function lockToken(db: Transaction<Tables>, name: FenceName): Promise<number> {
  const row = await db
    .updateTable('fence')
    .set((eb) => ({ token: eb.ref('token') }))
    .where('name', '=', name)
    .returning('token')
    .executeTakeFirstOrThrow()
  return row.token
}

/** Gives out that many new tokens; the last of them is returned. */
export async function advanceToken(db: Transaction<Tables>, name: FenceName, count: number): Promise<number> {
  const row = await db
    .updateTable('fence')
    .set((eb) => ({ token: eb('token', '+', count) }))
    .where('name', '=', name)
    .returning('token')
    .executeTakeFirstOrThrow()
  return row.token
}
