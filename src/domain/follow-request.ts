import type { Scan } from './scan.js'

/** How a stack wants its drift followed. */
export interface FollowSettings {
  /** Drift opens after so many scans in a row. */
  readonly confirm: number
  /** What the first scan of the stack does with what it finds. */
  readonly firstScan: 'alert' | 'baseline'
}

/** One scan, and what is known beside its records. */
export interface FollowRequest extends FollowSettings {
  readonly scan: Scan
  /** Digest of the stack's code; null where it is not known. */
  readonly code: string | null
  /** When the last good scan before this one began; null: this is the first. */
  readonly lastGoodScanAt: string | null
  /** Fingerprints that an approved request has carried out since. */
  readonly remediated: ReadonlySet<string>
  /** ISO 8601, UTC. */
  readonly now: string
  newId(): string
}
