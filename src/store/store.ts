import type { DriftRecord } from '../domain/record.js'
import type { Scan } from '../domain/scan.js'

/** A scan to be written, with what replaces the stack's baseline (null: leave it). */
export interface ScanResult {
  readonly scan: Scan
  readonly nextBaseline: string | null
}

/** What is known of one stack. Times are ISO 8601, UTC. */
export interface StackState {
  readonly stack: string
  /** Null where the stack was never scanned. */
  readonly lastScan: Scan | null
  /** When the last scan that reached a verdict began. */
  readonly lastGoodScanAt: string | null
}

/** A record and the scan that last saw it. */
export interface FoundRecord {
  readonly record: DriftRecord
  readonly scan: Scan
}

/** A stack as it was last resolved from the configuration and the files of its repository. */
export interface KnownStack {
  readonly name: string
  readonly provider: string
}

/** What driftd remembers. One implementation on Kysely, for SQLite and PostgreSQL. */
export interface Store {
  /** Scan, phases, records, coverage and baseline in one transaction (P1). */
  saveScan(result: ScanResult): Promise<void>
  /** One state per name, in the order asked. */
  stackStates(names: readonly string[]): Promise<readonly StackState[]>
  /** Replaces the list of a repository's stacks: what `status` lists without touching Git. */
  saveKnownStacks(repository: string, stacks: readonly KnownStack[]): Promise<void>
  /** All known stacks, sorted by name. */
  knownStacks(): Promise<readonly KnownStack[]>
  baseline(stack: string): Promise<string | null>
  /** Records of the latest scans of all stacks whose id begins with the text. */
  findRecords(idPrefix: string): Promise<readonly FoundRecord[]>
  /** The id of the key whose hashes are stored, or null in a new store. */
  keyId(): Promise<string | null>
  saveKeyId(keyId: string): Promise<void>
  close(): Promise<void>
}
