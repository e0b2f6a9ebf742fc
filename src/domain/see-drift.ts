import { FIRST_SCAN, withAcknowledgement } from './acknowledge.js'
import { type Drift, wasOpened } from './drift.js'
import { type Step, type Told, toEvent } from './drift-step.js'
import { isSteadyAgain, noteReturn } from './flapping.js'
import type { FollowRequest } from './follow-request.js'
import { firstRestlessness, nextRestlessness } from './quarantine.js'
import type { AppliedRule, DriftRecord } from './record.js'

/** What becomes of a drift that the scan saw; `before` null: never seen, or long ago. */
export function seeDrift(request: FollowRequest, before: Drift | null, record: DriftRecord): Step {
  const isNew = before === null || before.state === 'resolved'
  const drift = isNew ? beginEpisode(request, before, record) : continueEpisode(request, before, record)
  const step = (next: Drift, ...types: readonly (Told | null)[]): Step => ({
    before,
    drift: next,
    events: types.flatMap((told) => (told === null ? [] : [toEvent(request, next, told)])),
  })
  if (record.ignored !== undefined) {
    const isNews = isNew || before.state !== 'ignored'
    return step(ignore(drift, record.ignored), isNews ? ignored(record.ignored) : null)
  }
  if (drift.state === 'ignored') {
    const { drift: next, told } = unignore(request, drift)
    return step(next, { type: 'unignored', detail: 'no rule accepts it any more' }, told)
  }
  if (drift.state === 'unconfirmed') {
    const { drift: next, told } = confirm(request, drift)
    return step(next, told)
  }
  const { drift: next, told } = compareContent(request, before ?? drift, drift)
  return step(next, told)
}

/** The first sight of a drift, or the first after it was resolved. */
function beginEpisode(request: FollowRequest, before: Drift | null, record: DriftRecord): Drift {
  const { scan, code, now } = request
  return {
    openedAt: null,
    openedScan: null,
    openedCommit: null,
    resolvedAt: null,
    resolution: null,
    reopenedAt: [],
    isFlapping: false,
    ...before,
    ...firstRestlessness(code),
    stack: scan.stack,
    fingerprint: record.fingerprint,
    id: record.id,
    state: 'unconfirmed',
    record,
    firstSeenAt: now,
    lastSeenAt: now,
    lastAbsentAt: request.lastGoodScanAt,
    seenInRow: 1,
    acknowledgement: null,
    rule: null,
  }
}

function continueEpisode({ code, now }: FollowRequest, before: Drift, record: DriftRecord): Drift {
  const { contentHash } = record
  return {
    ...before,
    ...nextRestlessness(before, { contentHash, code }),
    record,
    lastSeenAt: now,
    seenInRow: before.seenInRow + 1,
  }
}

function ignore(drift: Drift, rule: AppliedRule): Drift {
  return { ...drift, state: 'ignored', rule }
}

function ignored({ owner, reason, until }: AppliedRule): Told {
  return { type: 'ignored', by: owner, detail: `${reason} (until ${until})` }
}

/** Back to where it would be without the rule. */
function unignore(request: FollowRequest, drift: Drift): Opened {
  const bare: Drift = { ...drift, rule: null }
  if (!wasOpened(drift)) return confirm(request, { ...bare, state: 'unconfirmed' })
  const isKnown = drift.acknowledgement?.contentHash === drift.record.contentHash
  if (isKnown) return { drift: { ...bare, state: 'acknowledged' }, told: null }
  return { drift: { ...bare, state: 'open', acknowledgement: null }, told: null }
}

interface Opened {
  readonly drift: Drift
  readonly told: Told | null
}

/** Opens it once it was seen as often in a row as the stack asks. */
function confirm(request: FollowRequest, drift: Drift): Opened {
  const isBaseline = request.lastGoodScanAt === null && request.firstScan === 'baseline'
  if (!isBaseline && drift.seenInRow < request.confirm) return { drift, told: null }
  const { scan, now } = request
  const opened = { openedAt: now, openedScan: scan.id, openedCommit: scan.commit }
  const open: Drift = { ...drift, ...opened, state: 'open', resolvedAt: null, resolution: null }
  if (isBaseline) {
    const { by, reason } = FIRST_SCAN
    return {
      drift: withAcknowledgement(open, { by, reason, at: now }),
      told: { type: 'acknowledged', by, detail: reason },
    }
  }
  const since = drift.lastAbsentAt
  if (drift.resolvedAt === null) return { drift: open, told: { type: 'opened', since } }
  const { reopenedAt, isFlapping } = noteReturn(drift.reopenedAt, now)
  if (drift.isFlapping) return { drift: { ...open, reopenedAt }, told: null }
  const told: Told = isFlapping
    ? { type: 'flapping', detail: `came back ${reopenedAt.length} times since ${reopenedAt[0]}` }
    : { type: 'reopened', since }
  return { drift: { ...open, reopenedAt, isFlapping }, told }
}

/** Of a drift that is open or acknowledged: is it still the same difference? */
function compareContent(request: FollowRequest, before: Drift, sighting: Drift): Opened {
  const isSteady = isSteadyAgain(sighting, request.now)
  const drift: Drift = isSteady ? { ...sighting, isFlapping: false } : sighting
  if (isSteady && drift.state === 'open') {
    const detail = 'it stays, after coming and going'
    return { drift, told: { type: 'reopened', since: drift.lastAbsentAt, detail } }
  }
  if (drift.isQuarantined) {
    const detail = 'its content is another one in every scan although nobody changed the code'
    return { drift, told: before.isQuarantined ? null : { type: 'quarantined', detail } }
  }
  if (drift.record.contentHash === before.record.contentHash) return { drift, told: null }
  const changed: Drift = { ...drift, state: 'open', acknowledgement: null }
  return { drift: changed, told: drift.isFlapping ? null : { type: 'changed', detail: endOf(before) } }
}

function endOf({ acknowledgement }: Drift): string | null {
  return acknowledgement === null ? null : `the acknowledgement by ${acknowledgement.by} ended`
}
