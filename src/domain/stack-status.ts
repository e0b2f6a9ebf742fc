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

/** What a stack is known by, and what its last scans left. */
export interface StackFacts {
  readonly name: string
  readonly provider: string
  readonly maxAgeMs: number
}

const NO_DRIFT: StackStatus['openDrift'] = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }

/** The status of a stack at a time; one that was never scanned is `unknown`, and never green. */
export function toStackStatus(
  { name, provider, maxAgeMs }: StackFacts,
  summary: Omit<StackStatus, 'name' | 'provider' | 'stale' | 'nextScanAt'> | null,
  nowMs: number,
): StackStatus {
  return {
    name,
    provider,
    status: summary?.status ?? 'unknown',
    stale: isStale(summary?.lastGoodScanAt ?? null, maxAgeMs, nowMs),
    openDrift: summary?.openDrift ?? NO_DRIFT,
    coverage: summary?.coverage ?? null,
    lastScanAt: summary?.lastScanAt ?? null,
    lastGoodScanAt: summary?.lastGoodScanAt ?? null,
    nextScanAt: null,
    commit: summary?.commit ?? null,
  }
}
