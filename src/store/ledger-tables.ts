/** The tables of the migration 0005-remediation. JSON, times and ids are TEXT on every database. */
export interface LedgerTables {
  readonly remediation_request: RemediationRequestTable
  readonly stack_lease: StackLeaseTable
  readonly kill_switch: KillSwitchTable
  readonly audit: AuditTable
}

/** A row per request, as it was proposed. */
export interface RemediationRequestTable {
  /** ULID. */
  readonly id: string
  readonly nonce: string
  readonly repository: string
  readonly stack: string
  readonly branch: string
  readonly path: string
  readonly content: string
  readonly plan_digest: string
  readonly created_at: string
  readonly expires_at: string
  readonly epoch: number
  readonly state: string
  readonly state_at: string
  /** JSON: PullRequest, or null. */
  readonly pull_request: string | null
  /** JSON. */
  readonly detail: string
  /** JSON: JournalEntry, or null. */
  readonly journal: string | null
  /** JSON: Receipt, or null. */
  readonly receipt: string | null
}

/** A row per stack that a process is at. */
export interface StackLeaseTable {
  readonly stack: string
  readonly request_id: string
  readonly token: number
  /** JSON: ProcessIdentity. */
  readonly owner: string
  readonly lease_until: string
}

/** At most one row: the kill switch is on. */
export interface KillSwitchTable {
  /** Always 1. */
  readonly id: number
  readonly reason: string
  readonly by_whom: string
  readonly at: string
}

/** A row per thing that happened; never changed. */
export interface AuditTable {
  readonly sequence: number
  readonly at: string
  readonly type: string
  readonly stack: string | null
  readonly request_id: string | null
  readonly actor: string
  /** JSON. */
  readonly detail: string
  readonly previous_hash: string
  readonly hash: string
}
