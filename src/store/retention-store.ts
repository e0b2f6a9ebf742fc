/** What may be forgotten. */
export interface RetentionRule {
  /** ISO 8601, UTC: what ended before. */
  readonly before: string
  /** Of each stack's scans the newest so many may stay. */
  readonly maxScansPerStack: number
}

/** What one step forgot. */
export interface RetentionStep {
  readonly what: 'records' | 'scans' | 'drifts' | 'events'
  readonly count: number
}

/**
 * Forgets history in steps of a transaction each, short enough to stand between two scans. Never a stack's last scan
 * or its last one with a verdict, never drift that is not resolved or the events of its present episode. Every step may
 * throw the errors of the store; whoever stops early loses nothing.
 */
export interface RetentionStore {
  prune(rule: RetentionRule): AsyncIterable<RetentionStep>
}
