import type { AlertTables } from './alert-tables.js'
import type { DriftTables } from './drift-tables.js'
import type { LedgerTables } from './ledger-tables.js'
import type { ScheduleTables } from './schedule-tables.js'

/** A row per scan. JSON, times and ids are TEXT on every database. */
export interface ScanTable {
  /** ULID. */
  readonly id: string
  readonly stack: string
  readonly provider: string
  readonly repository: string | null
  readonly commit_id: string | null
  readonly status: string
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly duration_ms: number
  /** JSON: Phase[]. */
  readonly phases: string
  readonly verified: number
  readonly applicable: number
  /** JSON: Unverified[]. */
  readonly unverified: string
  /** JSON: string[]. */
  readonly executed: string
  /** JSON: ScanError, or null. */
  readonly error: string | null
  /** JSON: ScanWarning[]. */
  readonly warnings: string
}

/** A row per record of a scan. */
export interface RecordTable {
  readonly scan_id: string
  /** Its place in the scan, from 0. */
  readonly position: number
  readonly id: string
  readonly fingerprint: string
  readonly content_hash: string
  readonly kind: string
  readonly action: string
  /** 0 or 1. */
  readonly correctable: number
  readonly severity: string
  readonly address: string
  readonly resource_type: string | null
  readonly host: string | null
  readonly source_file: string | null
  readonly source_line: number | null
  /** JSON: Change[]. */
  readonly changes: string
  readonly detail: string | null
  /** JSON: AppliedRule, or null. Since 0002-drift. */
  readonly ignored: string | null
}

/** A row per stack that was ever scanned: the answer to "which is its latest scan" without searching. */
export interface StackStateTable {
  readonly stack: string
  readonly last_scan_id: string
  /** The last scan that reached a verdict, and when it began. */
  readonly last_good_scan_id: string | null
  readonly last_good_scan_at: string | null
  /** Open and acknowledged drift, by severity. */
  readonly open_critical: number
  readonly open_high: number
  readonly open_medium: number
  readonly open_low: number
  readonly open_info: number
}

/** A row per stack: what its provider wants to know next time. */
export interface BaselineTable {
  readonly stack: string
  readonly scan_id: string
  readonly content: string
}

/** A row per stack of a repository, as last resolved. */
export interface KnownStackTable {
  readonly repository: string
  readonly stack: string
  readonly provider: string
  readonly max_age_ms: number
  /** JSON: a record of texts. Since 0002-drift. */
  readonly labels: string
}

/** Single values of the whole store. */
export interface SettingTable {
  readonly name: string
  readonly value: string
}

/** Every table of the store. Each migration has its own part of it. */
export interface Tables extends ScanTables, ScheduleTables, AlertTables, DriftTables, LedgerTables {}

/** The tables of the migration 0001-scans. */
export interface ScanTables {
  readonly scan: ScanTable
  readonly record: RecordTable
  readonly stack_state: StackStateTable
  readonly baseline: BaselineTable
  readonly known_stack: KnownStackTable
  readonly setting: SettingTable
}
