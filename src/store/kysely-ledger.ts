import type { Kysely, Transaction } from 'kysely'
import { DriftError } from '../domain/errors.js'
import type { PullRequest, Receipt } from '../domain/request.js'
import type {
  AuditLog,
  Deed,
  Freeze,
  KillSwitch,
  Lease,
  Ledger,
  LedgerRequest,
  NewRequest,
  RequestLedger,
} from '../remediate/ledger.js'
import { appendAudit, readAuditAfter, readAuditRow, readLastAudit } from './audit-log.js'
import { lockToken } from './fence.js'
import type { GuardedDatabase } from './guarded-database.js'
import { newRequestToRow, rowToLease, rowToRequest } from './ledger-rows.js'
import {
  beginRequest,
  claimRequest,
  finishRequest,
  moveRequest,
  noteEngine,
  prolongLease,
  readRequest,
  releaseClaim,
  takeOverLease,
} from './request-claims.js'
import { readEpoch, readSetting, SETTINGS, writeKeyId, writeSetting } from './settings.js'
import type { Tables } from './tables.js'

type Db = Transaction<Tables>
type Change = <T>(run: (db: Db) => Promise<T>) => Promise<T>

/**
 * The ledger on a database that Kysely speaks to. Whatever changes it locks its token first: one at a time decides, and
 * the audit log has no gap, on PostgreSQL too.
 */
export function createKyselyLedger(database: GuardedDatabase): Ledger {
  const { db, guard } = database
  const change: Change = (run) =>
    guard(() =>
      db.transaction().execute(async (transaction) => {
        await lockToken(transaction, 'ledger')
        return run(transaction)
      }),
    )
  return {
    ...createRequestLedger(database, change),
    ...createKillSwitch(database, change),
    ...createAuditLog(database, change),
  }
}

function createRequestLedger({ db, guard }: GuardedDatabase, change: Change): RequestLedger {
  return {
    propose: (request, deed) => change((tx) => insertRequest(tx, request, deed)),
    savePullRequest: (id, pullRequest, deed) =>
      change((tx) => savePullRequest(tx, { id, pullRequest, deed })),
    request: (id) => guard(() => readRequest(db, id)),
    requestsOf: (stack, limit) => guard(() => readRequestsOf(db, stack, limit)),
    openRequests: () => guard(() => readOpenRequests(db)),
    unverifiedRequests: () => guard(() => readUnverified(db)),
    settle: (id, { state, detail, deed }) =>
      change(async (tx) => {
        const request = await readRequest(tx, id)
        if (request?.state !== 'proposed') return false
        await moveRequest(tx, request, { state, detail, deed, isKept: true })
        return true
      }),
    claim: (wanted) => change((tx) => claimRequest(tx, wanted)),
    heartbeat: (claim, leaseUntil) => change((tx) => prolongLease(tx, claim, leaseUntil)),
    release: (claim, refusal, deed) => change((tx) => releaseClaim(tx, claim, { refusal, deed })),
    begin: (claim, journal) => change((tx) => beginRequest(tx, claim, journal)),
    noteEngine: (claim, engine) => change((tx) => noteEngine(tx, claim, engine)),
    finish: (claim, receipt, deed) => change((tx) => finishRequest(tx, claim, receipt, deed)),
    saveVerification: (receipt, deed) => change((tx) => saveVerification(tx, receipt, deed)),
    leases: () => guard(() => readLeases(db)),
    takeOver: (lease, receipt, deed) => change((tx) => takeOverLease(tx, lease, { receipt, deed })),
  }
}

function createKillSwitch({ db, guard }: GuardedDatabase, change: Change): KillSwitch {
  return {
    freeze: () => guard(() => readFreeze(db)),
    saveFreeze: (freeze) => change((tx) => saveFreeze(tx, freeze)),
    lift: (deed) =>
      change(async (tx) => {
        const freeze = await readFreeze(tx)
        if (freeze === null) return false
        await tx.deleteFrom('kill_switch').execute()
        const detail = { reason: freeze.reason, frozenBy: freeze.by }
        await appendAudit(tx, { type: 'lifted', stack: null, requestId: null, detail }, deed)
        return true
      }),
  }
}

function createAuditLog({ db, guard }: GuardedDatabase, change: Change): AuditLog {
  return {
    auditAfter: (sequence, limit) => guard(() => readAuditAfter(db, sequence, limit)),
    auditRow: (sequence) => guard(() => readAuditRow(db, sequence)),
    lastAudit: () => guard(() => readLastAudit(db)),
    note: (type, detail, deed) =>
      change((tx) => appendAudit(tx, { type, stack: null, requestId: null, detail }, deed)),
    epoch: () => guard(() => readEpoch(db)),
    beginEpoch: (reason, deed) => change((tx) => beginEpoch(tx, reason, deed)),
    signingKeyId: () => guard(() => readSetting(db, SETTINGS.signingKeyId)),
    saveSigningKeyId: (keyId) =>
      guard(() =>
        writeKeyId(db, {
          name: SETTINGS.signingKeyId,
          keyId,
          remedy: 'restore the file signing-key beside it',
        }),
      ),
  }
}

async function insertRequest(db: Db, request: NewRequest, deed: Deed): Promise<void> {
  const used = await db
    .selectFrom('remediation_request')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', request.id), eb('nonce', '=', request.nonce)]))
    .executeTakeFirst()
  if (used !== undefined)
    throw new DriftError(
      'REQUEST_INVALID',
      `id or nonce of request ${request.id} were used before: propose it again`,
    )
  const epoch = await readEpoch(db)
  await db
    .insertInto('remediation_request')
    .values(newRequestToRow(request, { epoch, at: deed.at }))
    .execute()
  const { id: requestId, stack, planDigest, path } = request
  await appendAudit(db, { type: 'proposed', stack, requestId, detail: { planDigest, path, epoch } }, deed)
}

async function savePullRequest(
  db: Db,
  { id, pullRequest, deed }: { readonly id: string; readonly pullRequest: PullRequest; readonly deed: Deed },
): Promise<void> {
  const row = await db
    .updateTable('remediation_request')
    .set({ pull_request: JSON.stringify(pullRequest) })
    .where('id', '=', id)
    .returning('stack')
    .executeTakeFirstOrThrow()
  const detail = { ...pullRequest }
  await appendAudit(db, { type: 'pull-request', stack: row.stack, requestId: id, detail }, deed)
}

async function saveVerification(db: Db, receipt: Receipt, deed: Deed): Promise<void> {
  const { requestId, verification, scan } = receipt
  const row = await db
    .updateTable('remediation_request')
    .set({ receipt: JSON.stringify(receipt) })
    .where('id', '=', requestId)
    .where('receipt', 'is not', null)
    .returning('stack')
    .executeTakeFirstOrThrow()
  await appendAudit(
    db,
    { type: 'verified', stack: row.stack, requestId, detail: { verification, scan } },
    deed,
  )
}

async function readRequestsOf(
  db: Kysely<Tables>,
  stack: string,
  limit: number,
): Promise<readonly LedgerRequest[]> {
  const rows = await db
    .selectFrom('remediation_request')
    .selectAll()
    .where('stack', '=', stack)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(rowToRequest)
}

async function readOpenRequests(db: Kysely<Tables>): Promise<readonly LedgerRequest[]> {
  const rows = await db
    .selectFrom('remediation_request')
    .selectAll()
    .where('state', 'in', ['proposed', 'claimed', 'applying'])
    .orderBy('id')
    .execute()
  return rows.map(rowToRequest)
}

async function readUnverified(db: Kysely<Tables>): Promise<readonly LedgerRequest[]> {
  const rows = await db
    .selectFrom('remediation_request')
    .selectAll()
    .where('state', 'in', ['applied', 'failed', 'unknown'])
    // no text of a receipt can look like this key: its quotes would be escaped
    .where('receipt', 'like', '%"verification":null%')
    .orderBy('id')
    .execute()
  return rows.map(rowToRequest)
}

async function readLeases(db: Kysely<Tables>): Promise<readonly Lease[]> {
  const rows = await db
    .selectFrom('stack_lease')
    .innerJoin('remediation_request', 'remediation_request.id', 'stack_lease.request_id')
    .selectAll('stack_lease')
    .select('remediation_request.journal')
    .orderBy('stack_lease.stack')
    .execute()
  return rows.map(rowToLease)
}

async function readFreeze(db: Kysely<Tables>): Promise<Freeze | null> {
  const row = await db.selectFrom('kill_switch').selectAll().executeTakeFirst()
  return row === undefined ? null : { reason: row.reason, by: row.by_whom, at: row.at }
}

async function saveFreeze(db: Db, { reason, by, at }: Freeze): Promise<void> {
  const values = { reason, by_whom: by, at }
  await db
    .insertInto('kill_switch')
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await appendAudit(db, { type: 'frozen', stack: null, requestId: null, detail: { reason } }, { by, at })
}

/** What was not begun is closed, what may have been is unknown; nobody is at a stack any more. */
async function beginEpoch(db: Db, reason: string, deed: Deed): Promise<void> {
  await writeSetting(db, SETTINGS.ledgerEpoch, String((await readEpoch(db)) + 1))
  await appendAudit(db, { type: 'restored', stack: null, requestId: null, detail: { reason } }, deed)
  await db.deleteFrom('stack_lease').execute()
  for (const request of await readOpenRequests(db)) {
    const state = request.state === 'applying' ? 'unknown' : 'closed'
    await moveRequest(db, request, {
      state,
      detail: reason,
      deed: { by: deed.by, at: deed.at },
      isKept: true,
    })
  }
}
