import type { Kysely, Selectable, Transaction } from 'kysely'
import { z } from 'zod'
import { AUDIT_TYPES, type AuditRow, type AuditType } from '../domain/audit.js'
import type { JsonValue } from '../domain/record.js'
import { auditHash, FIRST_HASH } from '../lib/audit-chain.js'
import type { Deed } from '../remediate/ledger.js'
import type { AuditTable } from './ledger-tables.js'
import { insertNotice } from './notices.js'
import type { Tables } from './tables.js'

/** Something that goes into the audit log. */
export interface AuditEntry {
  readonly type: AuditType
  readonly stack: string | null
  readonly requestId: string | null
  readonly detail: JsonValue
}

/** Adds a row to the chain, and the notice that people are told of it. The caller holds the token of the ledger. */
export async function appendAudit(
  db: Transaction<Tables>,
  { type, stack, requestId, detail }: AuditEntry,
  { by: actor, at, notice }: Deed,
): Promise<void> {
  const last = await readLastAudit(db)
  const row = {
    sequence: (last?.sequence ?? 0) + 1,
    at,
    type,
    stack,
    requestId,
    actor,
    detail,
    previousHash: last?.hash ?? FIRST_HASH,
  }
  await db
    .insertInto('audit')
    .values({
      sequence: row.sequence,
      at,
      type,
      stack,
      request_id: requestId,
      actor,
      detail: JSON.stringify(detail),
      previous_hash: row.previousHash,
      hash: auditHash(row),
    })
    .execute()
  if (notice !== undefined) await insertNotice(db, notice)
}

/** The newest row. */
export async function readLastAudit(db: Kysely<Tables>): Promise<AuditRow | null> {
  const row = await db.selectFrom('audit').selectAll().orderBy('sequence', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? null : toAuditRow(row)
}

/** One row by its number. */
export async function readAuditRow(db: Kysely<Tables>, sequence: number): Promise<AuditRow | null> {
  const row = await db.selectFrom('audit').selectAll().where('sequence', '=', sequence).executeTakeFirst()
  return row === undefined ? null : toAuditRow(row)
}

/** Rows after a number, in order. */
export async function readAuditAfter(
  db: Kysely<Tables>,
  sequence: number,
  limit: number,
): Promise<readonly AuditRow[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(toAuditRow)
}

const typeSchema = z.enum(AUDIT_TYPES)

function toAuditRow(row: Selectable<AuditTable>): AuditRow {
  return {
    sequence: Number(row.sequence),
    at: row.at,
    type: typeSchema.parse(row.type),
    stack: row.stack,
    requestId: row.request_id,
    actor: row.actor,
    detail: JSON.parse(row.detail) as JsonValue,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
