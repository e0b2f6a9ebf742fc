/** A row per drift that is kept. JSON, times and ids are TEXT on every database. */
export interface DriftTable {
  readonly stack: string
  readonly fingerprint: string
  readonly id: string
  readonly state: string
  /** Of the record, for counting. */
  readonly kind: string
  readonly severity: string
  /** JSON: DriftRecord. */
  readonly record: string
  readonly first_seen_at: string
  readonly last_seen_at: string
  readonly last_absent_at: string | null
  readonly seen_in_row: number
  readonly restless_in_row: number
  readonly same_in_row: number
  readonly code: string | null
  readonly opened_at: string | null
  readonly opened_scan: string | null
  readonly opened_commit: string | null
  readonly resolved_at: string | null
  readonly resolution: string | null
  /** JSON: string[]. */
  readonly reopened_at: string
  /** 0 or 1. */
  readonly is_flapping: number
  readonly is_quarantined: number
  /** JSON: Acknowledgement, or null. */
  readonly acknowledgement: string | null
  /** JSON: AppliedRule, or null. */
  readonly rule: string | null
}

/** A row per event; never changed. */
export interface DriftEventTable {
  /** Counts up in the order of commits: `eventsAfter` reads by it. */
  readonly sequence: number
  /** ULID. */
  readonly id: string
  readonly stack: string
  readonly fingerprint: string
  readonly type: string
  readonly at: string
  readonly scan_id: string | null
  readonly commit_id: string | null
  readonly by_whom: string | null
  readonly resolution: string | null
  readonly since: string | null
  readonly detail: string | null
  /** JSON: DriftRecord. */
  readonly record: string
}

/** One row: the sequence of the last event. Whoever updates it holds back every other writer of events until it commits. */
export interface DriftSequenceTable {
  readonly name: string
  readonly value: number
}

/** A row per ignore rule of a repository, as last read. */
export interface IgnoreRuleTable {
  readonly repository: string
  readonly rule_key: string
  /** Its place in the file, from 0. */
  readonly position: number
  readonly match_text: string
  readonly reason: string
  readonly owner: string
  readonly until_day: string
  readonly since: string
  readonly hits: number
  readonly last_hit_at: string | null
}

/** The tables of the migration 0002-drift. */
export interface DriftTables {
  readonly drift: DriftTable
  readonly drift_event: DriftEventTable
  readonly drift_sequence: DriftSequenceTable
  readonly ignore_rule: IgnoreRuleTable
}
