import { type DriftRecord, isDrift, isIgnored, type Kind } from '../domain/record.js'
import type { Scan } from '../domain/scan.js'

/** The exit codes of every command (product.md, Command line). */
export const EXIT_CODES = {
  inSync: 0,
  error: 1,
  drift: 2,
  refused: 3,
  incomplete: 4,
  interrupted: 130,
} as const

/** What counts as drift for the exit code; the report stays the same. */
export interface FailPolicy {
  /** Only these kinds count; null: the kinds that are drift. */
  readonly failOn: readonly Kind[] | null
  /** `pending` counts as well. */
  readonly isPendingDrift: boolean
}

/** The exit code of several scans: 1 wins over 2, 2 over 4, 4 over 0; 130 where a scan was interrupted. */
export function decideExitCode(scans: readonly Scan[], policy: FailPolicy): number {
  const codes = scans.map((scan) => exitCodeOf(scan, policy))
  const { interrupted, error, drift, incomplete, inSync } = EXIT_CODES
  return [interrupted, error, drift, incomplete].find((code) => codes.includes(code)) ?? inSync
}

function exitCodeOf(scan: Scan, policy: FailPolicy): number {
  if (scan.error?.code === 'INTERRUPTED') return EXIT_CODES.interrupted
  if (scan.status === 'failed') return EXIT_CODES.error
  if (scan.records.some((record) => counts(record, policy))) return EXIT_CODES.drift
  return scan.status === 'incomplete' || hasUnreadPart(scan) ? EXIT_CODES.incomplete : EXIT_CODES.inSync
}

function counts(record: DriftRecord, policy: FailPolicy): boolean {
  if (isIgnored(record)) return false
  if (policy.isPendingDrift && record.kind === 'pending') return true
  return policy.failOn ? policy.failOn.includes(record.kind) : isDrift(record)
}

/** A scan that is `drifted` only by kinds that do not count may still hide a host that did not answer. */
function hasUnreadPart(scan: Scan): boolean {
  const reasons = ['host-unreachable', 'host-stopped', 'plan-stopped']
  return scan.status === 'drifted' && scan.coverage.unverified.some(({ reason }) => reasons.includes(reason))
}
