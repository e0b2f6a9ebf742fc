import type { Acknowledgement, Drift, DriftEvent } from './drift.js'

/** What the first scan of a stack finds is acknowledged with, where the stack says `firstScan: baseline`. */
export const FIRST_SCAN = { by: 'driftd', reason: 'present at the first scan' } as const

/** Somebody knows of a difference. */
export interface AcknowledgeRequest {
  readonly by: string
  readonly reason: string
  /** ISO 8601, UTC. */
  readonly now: string
  newId(): string
}

/**
 * Acknowledges a drift until its content changes. Null where there is nothing to acknowledge: a rule ignores it, or it is
 * gone. One that is not confirmed yet is opened by it: somebody has seen it.
 */
export function acknowledge(
  drift: Drift,
  { by, reason, now, newId }: AcknowledgeRequest,
): { readonly drift: Drift; readonly event: DriftEvent } | null {
  if (drift.state === 'ignored' || drift.state === 'resolved') return null
  const isOpening = drift.state === 'unconfirmed'
  const none = { openedScan: null, openedCommit: null, resolvedAt: null, resolution: null }
  const opened = isOpening ? { ...none, openedAt: now } : {}
  const event: DriftEvent = {
    id: newId(),
    stack: drift.stack,
    fingerprint: drift.fingerprint,
    type: 'acknowledged',
    at: now,
    scan: null,
    commit: null,
    by,
    resolution: null,
    since: null,
    detail: reason,
    record: drift.record,
  }
  return { drift: withAcknowledgement({ ...drift, ...opened }, { by, reason, at: now }), event }
}

/** The drift, acknowledged for the content it has now. */
export function withAcknowledgement(drift: Drift, known: Omit<Acknowledgement, 'contentHash'>): Drift {
  const acknowledgement = { ...known, contentHash: drift.record.contentHash }
  return { ...drift, state: 'acknowledged', acknowledgement }
}
