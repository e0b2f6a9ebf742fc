import type { DriftRecord } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'

/** The scans of single records, each with these records alone, in the order in which they are first named. */
export function seenScans(
  seen: readonly { readonly record: DriftRecord; readonly scan: Scan }[],
): readonly Scan[] {
  const scans = new Map(seen.map(({ scan }) => [scan.id, scan]))
  return [...scans.values()].map((scan) => ({
    ...scan,
    records: seen.filter((one) => one.scan.id === scan.id).map(({ record }) => record),
  }))
}
