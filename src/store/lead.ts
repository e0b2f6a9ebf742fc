import type { Kysely, Transaction } from 'kysely'
import type { Fence, ProcessIdentity } from '../domain/running-scan.js'
import { advanceToken } from './fence.js'
import { processToColumns, rowToLeader } from './schedule-rows.js'
import type { Leader, LeadOutcome, LeadRequest } from './schedule-store.js'
import type { Tables } from './tables.js'

/** Takes the lead where it may be taken, within a transaction: everything written under the former one is done by then. */
export async function takeLead(db: Transaction<Tables>, request: LeadRequest): Promise<LeadOutcome> {
  const leader = await lockLeader(db)
  if (leader !== null && !mayBeSucceeded(leader, request)) return { status: 'standby', leader }
  const token = await advanceToken(db, 'lead', 1)
  await db
    .updateTable('lead')
    .set({
      token,
      ...processToColumns(request.owner),
      since: request.now,
      lease_until: request.leaseUntil,
    })
    .execute()
  return { status: 'leading', fence: { token } }
}

/** Sets the end of a lease, null to give it up. False where somebody else leads. */
export async function setLease(
  db: Kysely<Tables>,
  { token }: Fence,
  leaseUntil: string | null,
): Promise<boolean> {
  const rows = await db
    .updateTable('lead')
    .set({ lease_until: leaseUntil })
    .where('token', '=', token)
    .returning('token')
    .execute()
  return rows.length > 0
}

/** Who holds the lease, run out or not. */
export async function readLeader(db: Kysely<Tables>): Promise<Leader | null> {
  return rowToLeader(await db.selectFrom('lead').selectAll().executeTakeFirstOrThrow())
}

/** The lead is locked by its own row, not by its token: renewing it never waits for a scan that is being written. */
async function lockLeader(db: Transaction<Tables>): Promise<Leader | null> {
  const row = await db
    .updateTable('lead')
    .set((eb) => ({ token: eb.ref('token') }))
    .returningAll()
    .executeTakeFirstOrThrow()
  return rowToLeader(row)
}

function mayBeSucceeded(leader: Leader, request: LeadRequest): boolean {
  return (
    leader.leaseUntil <= request.now ||
    isSameProcess(leader, request.owner) ||
    request.processState(leader) === 'gone'
  )
}

function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.host === b.host && a.pid === b.pid && a.startedAs === b.startedAs
}
