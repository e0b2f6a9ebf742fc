import type { Coverage, ScanStatus } from './scan.js'
import type { Severity } from './severity.js'

/** One line of `driftd status`, as JSON has it (product.md). */
export interface StackStatus {
  readonly name: string
  readonly provider: string
  /** `unknown`: never scanned, and so never green. */
  readonly status: ScanStatus | 'unknown'
  /** The last scan that reached a verdict is older than the stack's maximum age, or there is none. */
  readonly stale: boolean
  readonly openDrift: Readonly<Record<Severity, number>>
  readonly coverage: Pick<Coverage, 'verified' | 'applicable'> | null
  /** Times are ISO 8601, UTC. */
  readonly lastScanAt: string | null
  readonly lastGoodScanAt: string | null
  /** Null where no daemon schedules scans. */
  readonly nextScanAt: string | null
  readonly commit: string | null
}

/** True when a stack's last good scan is missing or older than its maximum age. */
export function isStale(lastGoodScanAt: string | null, maxAgeMs: number, nowMs: number): boolean {
  return lastGoodScanAt === null || nowMs - Date.parse(lastGoodScanAt) > maxAgeMs
}
