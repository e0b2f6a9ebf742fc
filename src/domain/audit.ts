import type { JsonValue } from './record.js'

/** What is written into the audit log. */
export const AUDIT_TYPES = [
  'proposed',
  'pull-request',
  'claimed',
  'released',
  'applying',
  'applied',
  'failed',
  'unknown',
  'verified',
  'refused',
  'expired',
  'superseded',
  'closed',
  'frozen',
  'lifted',
  'rewritten',
  'restored',
] as const
export type AuditType = (typeof AUDIT_TYPES)[number]

/** One row of the audit log; the hash of each covers the one before it. Free of secrets. */
export interface AuditRow {
  /** From 1, without a gap. */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly type: AuditType
  readonly stack: string | null
  readonly requestId: string | null
  /** Host and process, or the person, that did it. */
  readonly actor: string
  readonly detail: JsonValue
  /** `sha256:<hex>`; of the first row 64 zeros. */
  readonly previousHash: string
  readonly hash: string
}
