import type { Drift } from './drift.js'

/** So many scans in a row with another content each, and nobody touched the code: the difference never settles. */
const SCANS = 5

/** What a sighting says of how settled a drift is. */
export type Restlessness = Pick<Drift, 'restlessInRow' | 'sameInRow' | 'isQuarantined' | 'code'>

/** How settled a drift is at its first sight. */
export function firstRestlessness(code: string | null): Restlessness {
  return { restlessInRow: 1, sameInRow: 0, isQuarantined: false, code }
}

/**
 * How settled a drift is after one more sighting. A quarantined one is let go once its content has stayed the same for as
 * many scans as it took to be quarantined, or has vanished.
 */
export function nextRestlessness(
  before: Drift,
  sighting: { readonly contentHash: string; readonly code: string | null },
): Restlessness {
  const hasChanged = sighting.contentHash !== before.record.contentHash
  // where the code is not known, somebody may have changed it
  const isSameCode = sighting.code !== null && sighting.code === before.code
  const restlessInRow = hasChanged && isSameCode ? before.restlessInRow + 1 : 1
  const sameInRow = hasChanged ? 0 : before.sameInRow + 1
  const isQuarantined = before.isQuarantined ? sameInRow < SCANS : restlessInRow >= SCANS
  return { restlessInRow, sameInRow, isQuarantined, code: sighting.code }
}
