import { releaseOf } from '../../domain/alert-cause.js'
import type { StackFacts } from '../../domain/alert-matter.js'
import type { Drift } from '../../domain/drift.js'
import { countOf } from '../../lib/text/count-of.js'
import { minuteText, spanText } from '../../lib/text/time-text.js'
import { endingOf } from './ending.js'
import type { MessageContext, MessageParts } from './message-parts.js'
import { causeText, isLeft, whereOf } from './summary.js'
import { ENDING_WORDS, oneLine } from './words.js'

const MAX_REASON_LENGTH = 200

/** Why it is told now, in one sentence. */
export function explanationOf(parts: MessageParts, context: MessageContext): string {
  const { reason, news } = parts.decision
  switch (reason) {
    case 'severity-raised':
      return `It is louder than what was told before: ${parts.severity} now.`
    case 'drift-changed':
      return changedText(parts)
    case 'rule-expired':
      return ruleText(parts, context)
    case 'resolved':
      return resolvedText(parts, context)
    case 'scan-failing':
      return failingText(parts, context)
    case 'stale':
      return staleText(parts, context)
    case 'recovered':
      return isLeft(parts, context.facts)
        ? 'It is configured no longer: nobody scans it any more.'
        : 'Its scans reach a verdict again; what drifts is told from now on.'
    case 'repeat-due':
      return repeatText(parts)
    case 'pending-too-long':
      return `The code declares ${news.fresh.length === 1 ? 'it' : 'them'}, and for ${spanText(parts.open[0]?.matter.delayMs ?? 0)} nobody has applied it.`
    default:
      return firstText(parts, context)
  }
}

function firstText(parts: MessageParts, { facts }: MessageContext): string {
  const cause = causeText(parts)
  if (parts.folded > 0)
    return `${countOf(parts.stacks.length, 'stack')} drifted at once: they are put into this one message, so that the channel keeps within its budget.`
  if (releaseOf(parts.group.key) !== null)
    return `${whereOf(parts)} differ since they run with another release (${cause}), so it is one message.`
  if (cause !== null)
    return `${whereOf(parts)} differ in the same way (${cause}), so it is one message: something brought it about everywhere.`
  const commit = facts.get(parts.stacks[0] ?? '')?.commit
  const at = commit ? ` of commit ${commit.slice(0, 7)}` : ''
  return `A scan${at} found it; this channel was not told of it before.${restlessText(parts)}`
}

function changedText(parts: MessageParts): string {
  const { fresh, changed, over } = parts.decision.news
  const told = [
    fresh.length > 0 ? `${fresh.length} new` : '',
    changed.length > 0 ? `${changed.length} changed` : '',
    over.length > 0 ? `${over.length} gone` : '',
  ].filter((text) => text !== '')
  const folded = parts.folded > 0 ? ' The channel has no room for a message each.' : ''
  return `Since the last message: ${told.join(', ')}.${restlessText(parts)}${folded}`
}

/** What is special about news that will not be told again. */
function restlessText({ decision }: MessageParts): string {
  const news = [...decision.news.fresh, ...decision.news.changed]
  if (news.some(({ mark }) => mark === 'flapping'))
    return ' It comes and goes: nothing more is said of it until it has been steady for a while.'
  if (news.some(({ mark }) => mark === 'quarantined'))
    return ' It is another one in every scan although nobody changed the code: its values are no news from now on.'
  return ''
}

function ruleText(parts: MessageParts, context: MessageContext): string {
  const rule = driftsOf(parts, context).find((drift) => drift.rule !== null)?.rule
  if (!rule) return 'The rule that accepted it has ended.'
  const { reason, owner, until } = rule
  return `The rule that accepted it ended on ${until} (${oneLine(reason, MAX_REASON_LENGTH)}; owner ${oneLine(owner, MAX_REASON_LENGTH)}).`
}

function resolvedText(parts: MessageParts, { drifts, facts, nowMs }: MessageContext): string {
  const endings = parts.over.map(({ matter }) => endingText(drifts.get(matter.id), facts.get(matter.stack)))
  const counted = [...new Set(endings)].map(
    (ending) => `${endings.filter((other) => other === ending).length} ${ending}`,
  )
  const longest = Math.max(0, ...parts.over.map(({ matter }) => nowMs - Date.parse(matter.since)))
  const rest = parts.open.length > 0 ? `; ${parts.open.length} still open` : ''
  return `After ${spanText(longest)}: ${counted.join(', ')}${rest}.`
}

function endingText(drift: Drift | undefined, facts: StackFacts | undefined): string {
  if (drift?.state === 'ignored' && drift.rule)
    return `accepted by a rule until ${drift.rule.until} (${oneLine(drift.rule.reason, MAX_REASON_LENGTH)})`
  const ending = endingOf(drift, facts)
  return ending === null ? 'no longer tracked' : ENDING_WORDS[ending]
}

function failingText(parts: MessageParts, { facts }: MessageContext): string {
  const first = facts.get(parts.stacks[0] ?? '')
  const count = countOf(first?.failures ?? 0, 'scan')
  const since = first?.lastGoodScanAt
  const last = since ? `the last verdict is of ${minuteText(since)}` : 'there never was a verdict'
  return `${count} in a row had no verdict and ${last}: what drifts meanwhile is not seen.`
}

function staleText(parts: MessageParts, { facts }: MessageContext): string {
  const first = facts.get(parts.stacks[0] ?? '')
  const since = first?.lastGoodScanAt
  const allowed = spanText(first?.maxAgeMs ?? 0)
  return since
    ? `The last verdict is of ${minuteText(since)}, and one at least every ${allowed} is expected: what drifts meanwhile is not seen.`
    : `It never had a verdict, and one at least every ${allowed} is expected: what drifts is not seen.`
}

function repeatText({ group, pace }: MessageParts): string {
  const repeats = (group.thread?.repeats ?? 0) + 1
  const nextMs = pace.repeatAfterMs[repeats]
  const told = group.thread ? `It was told last on ${minuteText(group.thread.sentAt)}` : 'It was told before'
  return nextMs === undefined
    ? `${told}; from now on only the digest has it.`
    : `${told} and is still there; it is told again in ${spanText(nextMs)}.`
}

function driftsOf({ open }: MessageParts, { drifts }: MessageContext): readonly Drift[] {
  return open.flatMap(({ matter }) => drifts.get(matter.id) ?? [])
}
