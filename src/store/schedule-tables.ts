/** The tables of the migration 0003-schedule. JSON, times and ids are TEXT on every database. */
export interface ScheduleTables {
  readonly stack_schedule: StackScheduleTable
  readonly running_scan: RunningScanTable
  readonly engine_group: EngineGroupTable
  readonly lead: LeadTable
  readonly fence: FenceTable
  readonly queued_scan: QueuedScanTable
  readonly queued_slot: QueuedSlotTable
}

/** A row per stack that was ever scheduled. */
export interface StackScheduleTable {
  readonly stack: string
  readonly last_slot: string | null
  readonly next_scan_at: string | null
  readonly consecutive_failures: number
  readonly peak_memory_bytes: number | null
  readonly back_off_until: string | null
}

/** A row per scan that runs. */
export interface RunningScanTable {
  readonly id: string
  readonly stack: string
  readonly provider: string
  readonly repository: string | null
  readonly commit_id: string | null
  readonly started_at: string
  readonly phase: string
  readonly host: string
  readonly pid: number
  readonly started_as: string | null
  readonly overdue_at: string
  /** Of the lead it was begun under; null: by hand. */
  readonly token: number | null
}

/** A row per engine of a running scan. */
export interface EngineGroupTable {
  readonly scan_id: string
  readonly phase: string
  readonly host: string
  readonly pid: number
  readonly started_as: string | null
}

/** One row: who leads. It stays when the lead is released, without a lease. */
export interface LeadTable {
  readonly name: 'lead'
  /** That of the row `lead` of `fence`. */
  readonly token: number
  readonly host: string
  readonly pid: number
  readonly started_as: string | null
  readonly since: string
  /** Null: released, or never taken. */
  readonly lease_until: string | null
}

/**
 * The latest token of the lead, of the queue and of the ledger. Whoever writes under a token locks its row until he commits, so that
 * no newer token is given out meanwhile.
 */
export interface FenceTable {
  readonly name: FenceName
  readonly token: number
}
export type FenceName = 'lead' | 'queue' | 'ledger'

/** A row per scan that waits (without a lease) or is worked on. */
export interface QueuedScanTable {
  readonly id: string
  readonly stack: string
  readonly trigger_name: string
  readonly slot: string | null
  readonly queued_at: string
  readonly not_before: string
  readonly priority: number
  /** Of the claim, as `lease_until` and `owner`; null: it waits. */
  readonly token: number | null
  readonly lease_until: string | null
  readonly owner: string | null
}

/** A row per slot that was queued: the latest ones of each stack. */
export interface QueuedSlotTable {
  readonly stack: string
  readonly slot: string
}
