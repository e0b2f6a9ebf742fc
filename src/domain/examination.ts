/** What `driftd doctor` looks at, in this order. */
export const EXAMINED_AREAS = [
  'machine',
  'engines',
  'configuration',
  'store',
  'repositories',
  'alerts',
  'remediation',
] as const

/** One thing that `driftd doctor` looked at. Free of secrets. */
export interface Examination {
  /** What was looked at: `git`, `inventory inventories/prod`. */
  readonly what: string
  /** `problem`: scans will fail; `warning`: they will not, but somebody should know. */
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was found. */
  readonly detail: string
  /** The command, or the edit, that mends it; null where there is nothing to mend. */
  readonly fix: string | null
}
