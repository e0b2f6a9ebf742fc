import { createHash } from 'node:crypto'
import type { AuditRow } from '../domain/audit.js'
import { canonicalJson } from '../domain/fingerprint.js'
import type { JsonValue } from '../domain/record.js'

/** What the first row of an audit log follows. */
export const FIRST_HASH = `sha256:${'0'.repeat(64)}`

/** `sha256:<hex>` over everything that a row says, the hash of the row before it included. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  const { sequence, at, type, stack, requestId, actor, detail, previousHash } = row
  const said: JsonValue = { sequence, at, type, stack, requestId, actor, detail, previousHash }
  return `sha256:${createHash('sha256').update(canonicalJson(said)).digest('hex')}`
}

/** The first row that does not follow from the one before it, or was changed; null where the chain holds. */
export function findBrokenRow(
  rows: readonly AuditRow[],
  before: Pick<AuditRow, 'sequence' | 'hash'> | null,
): AuditRow | null {
  let { sequence, hash } = before ?? { sequence: 0, hash: FIRST_HASH }
  for (const row of rows) {
    const isNext = row.sequence === sequence + 1 && row.previousHash === hash
    if (!isNext || row.hash !== auditHash(row)) return row
    sequence = row.sequence
    hash = row.hash
  }
  return null
}
