import type { DriftRecord } from '../domain/record.js'
import type { Scan } from '../domain/scan.js'

/** A record and the scan that last saw it. */
export interface SeenRecord {
  readonly record: DriftRecord
  readonly scan: Scan
}

/** The scans of single records, each with these records alone, in the order in which they are first named. */
export function seenScans(seen: readonly SeenRecord[]): readonly Scan[] {
  const scans = new Map(seen.map(({ scan }) => [scan.id, scan]))
  return [...scans.values()].map((scan) => ({
    ...scan,
    records: seen.filter((one) => one.scan.id === scan.id).map(({ record }) => record),
  }))
}
