import type { Kysely, Transaction } from 'kysely'
import type { AuditType } from '../domain/audit.js'
import type { JsonValue } from '../domain/record.js'
import type { Receipt, RequestState } from '../domain/request.js'
import type { ProcessIdentity } from '../domain/running-scan.js'
import type {
  Claim,
  ClaimOutcome,
  ClaimRequest,
  Deed,
  JournalEntry,
  Lease,
  LedgerRequest,
} from '../remediate/ledger.js'
import { appendAudit } from './audit-log.js'
import { advanceToken } from './fence.js'
import { rowToRequest } from './ledger-rows.js'
import { readEpoch } from './settings.js'
import type { Tables } from './tables.js'

type Db = Transaction<Tables>

/** A request and the lease of its stack, both or none. */
export async function claimRequest(db: Db, wanted: ClaimRequest): Promise<ClaimOutcome> {
  const { requestId, owner, now, leaseUntil } = wanted
  const request = await readRequest(db, requestId)
  if (request === null) return { status: 'gone', reason: 'this store proposed no such request' }
  if (request.state !== 'proposed') return { status: 'gone', reason: `it is ${request.state} already` }
  if (request.epoch !== (await readEpoch(db)))
    return { status: 'gone', reason: 'the store was restored from a backup since' }
  const freeze = await db.selectFrom('kill_switch').select('reason').executeTakeFirst()
  if (freeze !== undefined) return { status: 'frozen', reason: freeze.reason }
  const lease = await db
    .selectFrom('stack_lease')
    .select(['request_id', 'lease_until'])
    .where('stack', '=', request.stack)
    .executeTakeFirst()
  if (lease !== undefined)
    return { status: 'busy', reason: `request ${lease.request_id} has the stack until ${lease.lease_until}` }
  const fencingToken = await advanceToken(db, 'ledger', 1)
  await db
    .insertInto('stack_lease')
    .values({
      stack: request.stack,
      request_id: requestId,
      token: fencingToken,
      owner: JSON.stringify(owner),
      lease_until: leaseUntil,
    })
    .execute()
  const deed = { by: `${owner.host}:${owner.pid}`, at: now }
  await moveRequest(db, request, { state: 'claimed', deed, detail: { fencingToken } })
  return { status: 'claimed', claim: { requestId, stack: request.stack, fencingToken } }
}

/** Prolongs a lease that is still the caller's. */
export async function prolongLease(db: Db, claim: Claim, leaseUntil: string): Promise<boolean> {
  const row = await db
    .updateTable('stack_lease')
    .set({ lease_until: leaseUntil })
    .where('stack', '=', claim.stack)
    .where('request_id', '=', claim.requestId)
    .where('token', '=', claim.fencingToken)
    .returning('stack')
    .executeTakeFirst()
  return row !== undefined
}

/** Back to proposed, or refused. */
export async function releaseClaim(
  db: Db,
  claim: Claim,
  { refusal, deed }: { readonly refusal: JsonValue | null; readonly deed: Deed },
): Promise<boolean> {
  const request = await heldRequest(db, claim, 'claimed')
  if (request === null) return false
  await dropLease(db, claim)
  if (refusal === null) await moveRequest(db, request, { state: 'proposed', deed, detail: null })
  else await moveRequest(db, request, { state: 'refused', deed, detail: refusal, isKept: true })
  return true
}

/** From here on the request counts as carried out, whatever happens. */
export async function beginRequest(db: Db, claim: Claim, journal: JournalEntry): Promise<boolean> {
  const request = await heldRequest(db, claim, 'claimed')
  const freeze = await db.selectFrom('kill_switch').select('id').executeTakeFirst()
  if (request === null || freeze !== undefined) return false
  await saveJournal(db, claim.requestId, journal)
  const { owner, begunAt, commit, planDigest } = journal
  const deed = { by: `${owner.host}:${owner.pid}`, at: begunAt }
  await moveRequest(db, request, { state: 'applying', deed, detail: { commit, planDigest } })
  return true
}

/** Adds who the engine is. */
export async function noteEngine(db: Db, claim: Claim, engine: ProcessIdentity): Promise<boolean> {
  const request = await heldRequest(db, claim, 'applying')
  if (request?.journal == null) return false
  await saveJournal(db, claim.requestId, { ...request.journal, engine })
  return true
}

/** Applied, failed or unknown. */
export async function finishRequest(db: Db, claim: Claim, receipt: Receipt, deed: Deed): Promise<boolean> {
  const request = await heldRequest(db, claim, 'applying')
  if (request === null) return false
  await endWithReceipt(db, { claim, request, receipt, deed })
  return true
}

/** What a dead process left, to be ended by whoever found it. */
export async function takeOverLease(
  db: Db,
  lease: Lease,
  { receipt, deed }: { readonly receipt: Receipt | null; readonly deed: Deed },
): Promise<boolean> {
  const request = await heldRequest(db, lease, receipt === null ? 'claimed' : 'applying')
  if (request === null) return false
  if (receipt === null) return releaseClaim(db, lease, { refusal: null, deed })
  await endWithReceipt(db, { claim: lease, request, receipt, deed })
  return true
}

/** One request by its id. */
export async function readRequest(db: Kysely<Tables>, id: string): Promise<LedgerRequest | null> {
  const row = await db.selectFrom('remediation_request').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : rowToRequest(row)
}

/** A new state, with its row of the audit log; `isKept`: the detail is kept with the request too. */
export async function moveRequest(
  db: Db,
  { id, stack }: Pick<LedgerRequest, 'id' | 'stack'>,
  move: {
    readonly state: RequestState
    readonly detail: JsonValue
    readonly deed: Deed
    readonly isKept?: boolean
  },
): Promise<void> {
  const { state, detail, deed, isKept } = move
  await db
    .updateTable('remediation_request')
    .set({ state, state_at: deed.at, ...(isKept ? { detail: JSON.stringify(detail) } : {}) })
    .where('id', '=', id)
    .execute()
  // a request is proposed once; one that is proposed again was given back
  const type: AuditType = state === 'proposed' ? 'released' : state
  await appendAudit(db, { type, stack, requestId: id, detail }, deed)
}

/** The request of a claim whose lease is still the caller's, in this state. */
async function heldRequest(db: Db, claim: Claim, state: RequestState): Promise<LedgerRequest | null> {
  const lease = await db
    .selectFrom('stack_lease')
    .select('token')
    .where('stack', '=', claim.stack)
    .where('request_id', '=', claim.requestId)
    .executeTakeFirst()
  if (lease === undefined || Number(lease.token) !== claim.fencingToken) return null
  const request = await readRequest(db, claim.requestId)
  return request?.state === state ? request : null
}

async function endWithReceipt(
  db: Db,
  ending: {
    readonly claim: Claim
    readonly request: LedgerRequest
    readonly receipt: Receipt
    readonly deed: Deed
  },
): Promise<void> {
  const { claim, request, receipt, deed } = ending
  await dropLease(db, claim)
  await db
    .updateTable('remediation_request')
    .set({ receipt: JSON.stringify(receipt) })
    .where('id', '=', request.id)
    .execute()
  await moveRequest(db, request, { state: receipt.status, deed, detail: { ...receipt } })
}

async function dropLease(db: Db, claim: Claim): Promise<void> {
  await db.deleteFrom('stack_lease').where('stack', '=', claim.stack).execute()
}

async function saveJournal(db: Db, id: string, journal: JournalEntry): Promise<void> {
  await db
    .updateTable('remediation_request')
    .set({ journal: JSON.stringify(journal) })
    .where('id', '=', id)
    .execute()
}
