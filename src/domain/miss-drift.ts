import { type Drift, type Resolution, wasOpened } from './drift.js'
import { type Step, type Told, toEvent, unchanged } from './drift-step.js'
import { canonicalJson } from './fingerprint.js'
import { isSteadyAgain } from './flapping.js'
import type { FollowRequest } from './follow-request.js'
import type { DriftRecord } from './record.js'

/**
 * What becomes of a drift that the scan could have seen and did not; `record` is what it saw in its place: unapplied code,
 * or something that needs nobody.
 */
export function missDrift(request: FollowRequest, before: Drift, record: DriftRecord | null): Step {
  if (before.state === 'resolved') return settle(request, before)
  if (before.state === 'unconfirmed' && before.resolvedAt === null) return { before, drift: null, events: [] }
  if (before.state === 'unconfirmed') return { before, drift: { ...before, state: 'resolved' }, events: [] }
  const isOpened = wasOpened(before)
  const resolution = isOpened ? decideResolution(request, before, record) : before.resolution
  const drift: Drift = {
    ...before,
    state: 'resolved',
    resolvedAt: isOpened ? request.now : before.resolvedAt,
    resolution,
    seenInRow: 0,
    isQuarantined: false,
    acknowledgement: null,
    rule: null,
  }
  const told: Told = {
    type: 'resolved',
    resolution: decideResolution(request, before, record),
    since: isOpened ? before.openedAt : null,
  }
  const events = isOpened && before.isFlapping ? [] : [toEvent(request, drift, told)]
  // never open, not even in an episode before: there is nothing that could be reopened
  return { before, drift: drift.resolvedAt === null ? null : drift, events }
}

/** A flapping drift that stays away is told as resolved, once. */
function settle(request: FollowRequest, before: Drift): Step {
  if (!isSteadyAgain(before, request.now)) return unchanged(before)
  const drift: Drift = { ...before, isFlapping: false }
  const told: Told = {
    type: 'resolved',
    resolution: before.resolution,
    since: before.openedAt,
    detail: 'it stays away, after coming and going',
  }
  return { before, drift, events: [toEvent(request, drift, told)] }
}

/**
 * How a drift ended. The code has taken it over where what is there is what the code says now, or where it is gone in the
 * first scan of another code of this stack.
 */
function decideResolution(request: FollowRequest, before: Drift, record: DriftRecord | null): Resolution {
  if (request.remediated.has(before.fingerprint)) return 'remediated'
  const isNewCode = request.code !== null && before.code !== null && request.code !== before.code
  if (record === null) return isNewCode ? 'adopted' : 'vanished'
  if (record.kind !== 'informational') return 'vanished'
  return isNewCode || isDeclared(record) ? 'adopted' : 'vanished'
}

function isDeclared({ changes }: DriftRecord): boolean {
  return (
    changes.length > 0 &&
    changes.every(({ declared, actual }) => {
      if (declared === undefined || actual === undefined) return false
      return canonicalJson(declared) === canonicalJson(actual)
    })
  )
}
