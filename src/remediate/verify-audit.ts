import { FIRST_HASH, findBrokenRow } from '../lib/audit-chain.js'
import type { AnchoredRow } from './audit-anchor.js'
import type { AuditLog } from './ledger.js'

/** Whether the audit log is whole. */
export type AuditVerdict =
  | { readonly status: 'whole'; readonly rows: number; readonly lastHash: string }
  /** A row was changed, taken out or put in. */
  | { readonly status: 'broken'; readonly rows: number; readonly sequence: number; readonly problem: string }

const ROWS_PER_READ = 1_000

/** Follows the chain from its first row to its last, and to what this machine has seen of it. */
export async function verifyAudit(log: AuditLog, seen: AnchoredRow | null): Promise<AuditVerdict> {
  let last = { sequence: 0, hash: FIRST_HASH }
  let anchored: string | null = null
  for (;;) {
    const rows = await log.auditAfter(last.sequence, ROWS_PER_READ)
    const broken = findBrokenRow(rows, last)
    if (broken !== null) {
      const problem = 'it does not follow from the row before it, or was changed'
      return { status: 'broken', rows: broken.sequence, sequence: broken.sequence, problem }
    }
    anchored = rows.find(({ sequence }) => sequence === seen?.sequence)?.hash ?? anchored
    const end = rows.at(-1)
    if (end === undefined) break
    last = end
  }
  if (seen !== null && anchored !== seen.hash) {
    const problem = `this machine has seen row ${seen.sequence} with another hash, or rows after it are gone`
    return { status: 'broken', rows: last.sequence, sequence: seen.sequence, problem }
  }
  return { status: 'whole', rows: last.sequence, lastHash: last.hash }
}
