import type { Drift, DriftEvent } from '../domain/drift.js'
import type { Scan } from '../domain/scan.js'

/** One scan in a stack's history, without its records. */
export type PastScan = Omit<Scan, 'records' | 'warnings' | 'phases'>

/**
 * Drift followed over time. A part of the store: what a scan changes of it is written by `saveScan`, in the transaction
 * of the scan (P1). Every method may throw the errors of the store.
 */
export interface DriftStore {
  /** All drift of these stacks that is kept, resolved ones included, sorted by stack and fingerprint. */
  drifts(stacks: readonly string[]): Promise<readonly Drift[]>
  /** Events after this id (null: from the first that is kept), oldest first. */
  eventsAfter(id: string | null, limit: number): Promise<readonly DriftEvent[]>
  /** A stack's events, newest first. */
  eventsOf(stack: string, limit: number): Promise<readonly DriftEvent[]>
  /** A stack's scans, newest first. */
  pastScans(stack: string, limit: number): Promise<readonly PastScan[]>
  /** What a person did to one drift, outside a scan; with its event in one transaction. */
  saveDrift(drift: Drift, event: DriftEvent): Promise<void>
}
