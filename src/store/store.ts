import type { FollowDrift } from '../domain/drift.js'
import type { DriftRecord } from '../domain/record.js'
import type { Fence } from '../domain/running-scan.js'
import type { Coverage, Scan, ScanStatus } from '../domain/scan.js'
import type { Severity } from '../domain/severity.js'

/** A scan to be written, with what replaces the stack's baseline (null: leave it). */
export interface ScanResult {
  readonly scan: Scan
  readonly nextBaseline: string | null
  /** What becomes of the stack's drift. Absent for a failed scan, which changes none. */
  readonly follow?: FollowDrift
  /** The versions of the engine's plug-ins, by name. Absent: not known, and what was known stays. */
  readonly plugins?: Readonly<Record<string, string>>
  /** How many records each ignore rule of the repository accepted, by the rule's key. */
  readonly ruleHits?: Readonly<Record<string, number>>
  /** Of the leader that scanned: where another one has taken the lead, nothing is written (LEADERSHIP_LOST). */
  readonly fence?: Fence
}

/** What is known of one stack. Times are ISO 8601, UTC. */
export interface StackState {
  readonly stack: string
  /** Null where the stack was never scanned. */
  readonly lastScan: Scan | null
  /** When the last scan that reached a verdict began. */
  readonly lastGoodScanAt: string | null
}

/** What `driftd status` shows of one stack that was scanned: no records, however many there are. */
export interface StackSummary {
  readonly stack: string
  readonly provider: string
  /** Of the last scan, a failed one too. */
  readonly status: ScanStatus
  readonly lastScanAt: string
  /** The last scan's commit and coverage (how many, not which). */
  readonly commit: string | null
  readonly coverage: Pick<Coverage, 'verified' | 'applicable'>
  /** When the last scan that reached a verdict began, or null. */
  readonly lastGoodScanAt: string | null
  /** Drift that is open or acknowledged: not what a rule ignores, nor what is not confirmed yet. */
  readonly openDrift: Readonly<Record<Severity, number>>
}

/** A stack as it was last resolved from the configuration and the files of its repository. */
export interface KnownStack {
  readonly name: string
  readonly provider: string
  /** Beyond this age of its last good scan the stack is stale. */
  readonly maxAgeMs: number
  readonly repository: string
  readonly labels: Readonly<Record<string, string>>
}

/** A record and the scan that last saw it. */
export interface FoundRecord {
  readonly record: DriftRecord
  readonly scan: Scan
}

/**
 * What driftd remembers. One implementation on Kysely, for SQLite and PostgreSQL.
 * Every method may throw STORE_LOCKED, STORE_CORRUPT, STORE_UNREADABLE, STORE_UNREACHABLE or DISK_FULL.
 */
export interface Store {
  /** Scan, phases, records, coverage, baseline, drift, events, hits of rules: one transaction (P1); the scan is running no longer. */
  saveScan(result: ScanResult): Promise<void>
  /** One state per name, in the order asked. Reads every record: for a few stacks. */
  stackStates(names: readonly string[]): Promise<readonly StackState[]>
  /** One summary per name in the order asked, null for a stack that was never scanned. */
  stackSummaries(names: readonly string[]): Promise<readonly (StackSummary | null)[]>
  /** Replaces the list of a repository's stacks, so that `status` can name them without asking Git. */
  saveKnownStacks(repository: string, stacks: readonly KnownStack[]): Promise<void>
  /** The stacks that each of these repositories had when it was last resolved, sorted by name. */
  knownStacks(repositories: readonly string[]): Promise<readonly KnownStack[]>
  baseline(stack: string): Promise<string | null>
  /**
   * Records whose id begins with the text, sorted by id, at most 20: of each stack those of its last scan that
   * reached a verdict (a failed scan after it takes nothing away).
   */
  findRecords(idPrefix: string): Promise<readonly FoundRecord[]>
  /** The id of the key whose hashes are stored, or null in a new store. */
  keyId(): Promise<string | null>
  /** Throws KEY_MISSING where the store holds the id of another key: it is never replaced. */
  saveKeyId(keyId: string): Promise<void>
  close(): Promise<void>
}
