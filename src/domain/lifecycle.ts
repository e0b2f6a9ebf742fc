import type { Drift, DriftChanges } from './drift.js'
import { unchanged } from './drift-step.js'
import type { FollowRequest } from './follow-request.js'
import { missDrift } from './miss-drift.js'
import { isDriftKind } from './record.js'
import { seeDrift } from './see-drift.js'
import { verifiedBy } from './verified.js'

/**
 * What a scan makes of a stack's drift: new, changed, gone, back. A failed scan changes nothing, and what a scan could not
 * verify stays as it is (docs/drift-lifecycle.md has the states and events in a picture).
 */
export function followDrift(request: FollowRequest, previous: readonly Drift[]): DriftChanges {
  const { scan } = request
  if (scan.status === 'failed') return { drifts: [], forgotten: [], events: [] }
  const before = new Map(previous.map((drift) => [drift.fingerprint, drift]))
  const records = new Map(scan.records.map((record) => [record.fingerprint, record]))
  const seen = [...records.values()].filter(isDriftKind)
  const gone = previous.filter(({ fingerprint }) => {
    const record = records.get(fingerprint)
    return record === undefined || !isDriftKind(record)
  })
  const isVerified = verifiedBy(scan.coverage)
  const steps = [
    ...seen.map((record) => seeDrift(request, before.get(record.fingerprint) ?? null, record)),
    ...gone.map((drift) => {
      const record = records.get(drift.fingerprint) ?? null
      return record !== null || isVerified(drift.record)
        ? missDrift(request, drift, record)
        : unchanged(drift)
    }),
  ]
  return {
    drifts: steps.flatMap(({ before, drift }) => (drift === null || drift === before ? [] : [drift])),
    forgotten: steps.flatMap(({ before, drift }) => (drift === null && before ? [before.fingerprint] : [])),
    events: steps.flatMap(({ events }) => events),
  }
}
