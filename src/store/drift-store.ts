import type { Drift, DriftEvent, OpenDriftCount } from '../domain/drift.js'
import type { PastScan } from '../domain/scan.js'

/** A drift after something was done to it by hand, and what that was. */
export interface ChangedDrift {
  readonly drift: Drift
  readonly event: DriftEvent
}

/** An ignore rule of a repository's own file. */
export interface IgnoreRuleEntry {
  /** Names the rule as it is written: another text is another rule. */
  readonly key: string
  /** For people: what it matches, on one line. */
  readonly match: string
  readonly reason: string
  readonly owner: string
  /** The last day, `2027-03-31`, in UTC. */
  readonly until: string
}

/** A rule and how often it held. Times are ISO 8601, UTC. */
export interface KnownIgnoreRule extends IgnoreRuleEntry {
  readonly repository: string
  /** When it was first read. */
  readonly since: string
  /** Records it ignored, over all scans. */
  readonly hits: number
  readonly lastHitAt: string | null
}

/**
 * Drift followed over time. A part of the store: what a scan changes of it is written by `saveScan`, in the transaction
 * of the scan (P1). Every method may throw the errors of the store.
 */
export interface DriftStore {
  /** All drift of these stacks that is kept, resolved ones included, sorted by stack and fingerprint. */
  drifts(stacks: readonly string[]): Promise<readonly Drift[]>
  /** Drift whose id begins with the text, resolved ones included, sorted by id, at most 20. */
  findDrifts(idPrefix: string): Promise<readonly Drift[]>
  /** How much is open or acknowledged, by stack, kind and severity. Cheap: for metrics. */
  countOpenDrift(): Promise<readonly OpenDriftCount[]>
  /**
   * Events stored after the one of this id (null: from the first that is kept), in the order they were stored: none is
   * ever stored before one that was read already.
   */
  eventsAfter(id: string | null, limit: number): Promise<readonly DriftEvent[]>
  /** A stack's events, those stored last first. */
  eventsOf(stack: string, limit: number): Promise<readonly DriftEvent[]>
  /** A stack's scans, newest first. */
  pastScans(stack: string, limit: number): Promise<readonly PastScan[]>
  /**
   * What a person does to one drift, outside a scan: reads it, asks `decide` (null: leave it), writes drift and event, in
   * one transaction. Returns what `decide` did; null also where there is no such drift.
   */
  changeDrift(
    stack: string,
    fingerprint: string,
    decide: (drift: Drift) => ChangedDrift | null,
  ): Promise<ChangedDrift | null>
  /** Replaces the list of a repository's rules; one that was there keeps its hits. */
  saveIgnoreRules(repository: string, rules: readonly IgnoreRuleEntry[], now: string): Promise<void>
  /** The rules that these repositories had when they were last read, sorted by repository and in the order written. */
  ignoreRules(repositories: readonly string[]): Promise<readonly KnownIgnoreRule[]>
}
