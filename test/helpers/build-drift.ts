import type { Drift, DriftChanges, DriftEvent } from '../../src/domain/drift.js'
import type { KnownStack } from '../../src/store/store.js'
import { buildRecord } from './build-record.js'

const SEEN_AT = '2026-11-20T10:17:00.000Z'

/** An open drift of `prod/network`; takes only what differs. */
export function buildDrift(overrides: Partial<Drift> = {}): Drift {
  const record = overrides.record ?? buildRecord()
  return {
    stack: 'prod/network',
    fingerprint: record.fingerprint,
    id: record.id,
    state: 'open',
    record,
    firstSeenAt: SEEN_AT,
    lastSeenAt: SEEN_AT,
    lastAbsentAt: null,
    seenInRow: 1,
    restlessInRow: 1,
    sameInRow: 0,
    code: null,
    openedAt: SEEN_AT,
    openedScan: '01J00000000000000000000000',
    openedCommit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    resolvedAt: null,
    resolution: null,
    reopenedAt: [],
    isFlapping: false,
    isQuarantined: false,
    acknowledgement: null,
    rule: null,
    ...overrides,
  }
}

/** An event that opens the drift above; takes only what differs. */
export function buildEvent(overrides: Partial<DriftEvent> = {}): DriftEvent {
  const record = overrides.record ?? buildRecord()
  return {
    id: '01K00000000000000000000000',
    stack: 'prod/network',
    fingerprint: record.fingerprint,
    type: 'opened',
    at: SEEN_AT,
    scan: '01J00000000000000000000000',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    by: null,
    resolution: null,
    since: null,
    detail: null,
    record,
    ...overrides,
  }
}

/** Changes of nothing; takes only what there is. */
export function buildChanges(overrides: Partial<DriftChanges> = {}): DriftChanges {
  return { drifts: [], forgotten: [], events: [], ...overrides }
}

/** A stack of the repository `infra`; takes only what differs. */
export function buildKnownStack(overrides: Partial<KnownStack> = {}): KnownStack {
  return {
    name: 'prod/network',
    provider: 'terraform',
    maxAgeMs: 60_000,
    repository: 'infra',
    labels: {},
    ...overrides,
  }
}
