import { type DriftRecord, isDrift, isPending } from './record.js'
import type { Coverage, ScanStatus } from './scan.js'

/** Coverage below which a scan without drift is `incomplete`, unless the stack says otherwise (product.md). */
export const DEFAULT_MIN_COVERAGE = 0.6

/** What a successful detection says about a stack. */
export interface Evidence {
  readonly records: readonly DriftRecord[]
  /** Between 0 and 1; for several hosts that of the worst one. */
  readonly coverageRatio: number
  /** Some, not all, of what was expected to answer could not be read to the end. */
  readonly isPartial: boolean
  readonly minCoverage: number
}

/** The status of a scan that got as far as a detection. A scan that did not is `failed`. */
export function decideStatus(evidence: Evidence): Exclude<ScanStatus, 'failed'> {
  if (evidence.records.some(isDrift)) return 'drifted'
  if (evidence.isPartial || evidence.coverageRatio < evidence.minCoverage) return 'incomplete'
  if (evidence.records.some(isPending)) return 'pending'
  return 'in-sync'
}

/** Verified over applicable; 1 where nothing was applicable. */
export function coverageRatio(coverage: Pick<Coverage, 'verified' | 'applicable'>): number {
  return coverage.applicable === 0 ? 1 : coverage.verified / coverage.applicable
}
