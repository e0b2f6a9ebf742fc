import type { Drift } from '../domain/drift.js'

/** Drift as the member `drifts` of a document has it. */
export function driftDocument(drift: Drift): object {
  const { acknowledgement, rule } = drift
  return {
    stack: drift.stack,
    record: drift.id,
    fingerprint: drift.fingerprint,
    state: drift.state,
    firstSeenAt: drift.firstSeenAt,
    lastSeenAt: drift.lastSeenAt,
    openedAt: drift.openedAt,
    openedScan: drift.openedScan,
    openedCommit: drift.openedCommit,
    resolvedAt: drift.resolvedAt,
    resolution: drift.resolution,
    isFlapping: drift.isFlapping,
    isQuarantined: drift.isQuarantined,
    acknowledgement: acknowledgement && {
      by: acknowledgement.by,
      reason: acknowledgement.reason,
      at: acknowledgement.at,
    },
    rule: rule && { reason: rule.reason, owner: rule.owner, until: rule.until },
  }
}
