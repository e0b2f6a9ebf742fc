import type { Drift } from '../../domain/drift.js'

/** What is known over time of the records of a stack, by their fingerprints. */
export type KnownDrifts = ReadonlyMap<string, Drift>

/** The drift of one stack among all that is known. */
export function driftsOf(drifts: readonly Drift[] = [], stack: string): KnownDrifts {
  return new Map(drifts.filter((drift) => drift.stack === stack).map((drift) => [drift.fingerprint, drift]))
}
