import { type Drift, isOpenDrift, type Resolution } from '../../domain/drift.js'
import { countOf } from './count-of.js'
import { escapeText } from './escape-text.js'
import { timeText } from './time-text.js'

/** How a drift ended, in words. */
export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  vanished: 'it is gone',
  remediated: 'by an approved request',
  adopted: 'the code took it over',
}

/** Where a drift stands and since when, in sentences; escaped. Which rule accepts it, its record says. */
export function explainDrift(drift: Drift): readonly string[] {
  return [stateText(drift), ...acknowledgedText(drift), ...restlessText(drift)]
}

function stateText(drift: Drift): string {
  const { state, openedAt, resolvedAt, resolution, firstSeenAt, seenInRow } = drift
  if (state === 'resolved' && resolvedAt !== null) {
    return `resolved at ${timeText(resolvedAt)}${resolution === null ? '' : `: ${RESOLUTION_WORDS[resolution]}`}`
  }
  const seen = `seen since ${timeText(firstSeenAt)}`
  if (state === 'unconfirmed') return `not confirmed yet: ${seen}, in ${countOf(seenInRow, 'scan')} in a row`
  return isOpenDrift(drift) && openedAt !== null ? `open since ${timeText(openedAt)}` : seen
}

function acknowledgedText({ state, acknowledgement }: Drift): readonly string[] {
  if (state !== 'acknowledged' || acknowledgement === null) return []
  const { by, reason, at } = acknowledgement
  return [`acknowledged by ${escapeText(by)} at ${timeText(at)}: ${escapeText(reason)}`]
}

function restlessText({ isFlapping, isQuarantined, reopenedAt }: Drift): readonly string[] {
  return [
    isFlapping ? `comes and goes: it came back ${countOf(reopenedAt.length, 'time')} lately` : '',
    isQuarantined ? 'quarantined: its content is another one in every scan, and changes are not told' : '',
  ].filter((text) => text !== '')
}
