import type { StackFacts } from '../../domain/alert-matter.js'
import type { AlertMessage, AlertRecord } from '../../domain/alert-message.js'
import { type Drift, isOpenDrift, RESOLUTIONS } from '../../domain/drift.js'
import { compareSeverities, SEVERITIES } from '../../domain/severity.js'
import { isStale } from '../../domain/stack-status.js'
import { countOf } from '../../lib/text/count-of.js'
import { recordName } from '../../lib/text/record-words.js'
import { minuteText, spanText } from '../../lib/text/time-text.js'
import type { Fleet } from '../fleet.js'
import { toAlertStack } from './build-message.js'
import { foldRecord } from './fold-record.js'
import type { MessageIdentity } from './message-parts.js'
import { ENDING_WORDS, oneLine } from './words.js'

/** What a message about everything is made of. */
export interface FleetMessageRequest {
  readonly fleet: Fleet
  readonly nowMs: number
  /** When it was told last. */
  readonly sinceMs: number
  /** Messages that could not be delivered to any channel. */
  readonly dead: number
}

const MAX_RECORDS = 20
const MAX_NAMED_STACKS = 5
const MAX_NAME_LENGTH = 80
const SOON_MS = 14 * 86_400_000

/** A summary of everything that is open, with its trend. */
export function buildDigest(request: FleetMessageRequest, identity: MessageIdentity): AlertMessage {
  const { fleet, nowMs, sinceMs } = request
  const open = fleet.drifts.filter(isOpenDrift)
  const before = fleet.drifts.filter((drift) => wasOpenAt(drift, sinceMs))
  const shown = open.toSorted(compareDrifts).slice(0, MAX_RECORDS)
  const since = minuteText(new Date(sinceMs).toISOString())
  return {
    ...baseOf(request, identity),
    reason: 'digest',
    severity: shown[0]?.record.severity ?? 'info',
    summary: `Digest: ${openText(open)}; ${trendText(open.length - before.length)} since ${since.slice(0, 10)}`,
    explanation: `What is open, and what happened since ${since}.`,
    stacks: stacksOf(shown, fleet.stacks),
    records: shown.map(toRecord),
    omitted: { records: open.length - shown.length, stacks: 0 },
    paragraphs: [
      changesText(fleet.drifts, sinceMs),
      oldestText(open, nowMs),
      blindText(fleet.stacks, nowMs),
      acceptedText(fleet.drifts, nowMs),
      deadText(request.dead),
    ].filter((text) => text !== ''),
    nextSteps: [
      { text: 'See every stack', command: 'driftd status', url: null },
      ...(request.dead > 0
        ? [{ text: 'See what could not be delivered', command: 'driftd alerts list --dead', url: null }]
        : []),
    ],
  }
}

/** A message that says that driftd works, so that silence means something. */
export function buildStillAlive(request: FleetMessageRequest, identity: MessageIdentity): AlertMessage {
  const { fleet, nowMs } = request
  const open = fleet.drifts.filter(isOpenDrift)
  const fresh = fleet.stacks.filter((stack) => !isBlind(stack, nowMs)).length
  const paragraphs = [blindText(fleet.stacks, nowMs), deadText(request.dead)].filter((text) => text !== '')
  return {
    ...baseOf(request, identity),
    reason: 'still-alive',
    severity: 'info',
    summary: `driftd works: ${fresh} of ${countOf(fleet.stacks.length, 'stack')} with a verdict that is fresh; ${openText(open)}`,
    explanation: 'It is told at its time whatever happens: when it does not come, driftd does not work.',
    stacks: [],
    records: [],
    omitted: { records: 0, stacks: 0 },
    paragraphs,
    nextSteps: [{ text: 'See every stack', command: 'driftd status', url: null }],
  }
}

function baseOf({ nowMs }: FleetMessageRequest, identity: MessageIdentity) {
  return { ...identity, at: new Date(nowMs).toISOString(), resolved: [] }
}

function openText(open: readonly Drift[]): string {
  if (open.length === 0) return 'nothing has drifted'
  const counts = SEVERITIES.map((severity) => [
    open.filter(({ record }) => record.severity === severity).length,
    severity,
  ]).filter(([count]) => count !== 0)
  const stacks = new Set(open.map(({ stack }) => stack)).size
  return `${open.length} open (${counts.map((pair) => pair.join(' ')).join(', ')}) in ${countOf(stacks, 'stack')}`
}

function trendText(difference: number): string {
  if (difference === 0) return 'as many as then'
  return `${Math.abs(difference)} ${difference > 0 ? 'more' : 'fewer'}`
}

function wasOpenAt({ openedAt, resolvedAt }: Drift, atMs: number): boolean {
  return (
    openedAt !== null &&
    Date.parse(openedAt) <= atMs &&
    (resolvedAt === null || Date.parse(resolvedAt) > atMs)
  )
}

function changesText(drifts: readonly Drift[], sinceMs: number): string {
  const isSince = (at: string | null): boolean => at !== null && Date.parse(at) > sinceMs
  const opened = drifts.filter(({ openedAt }) => isSince(openedAt)).length
  const resolved = drifts.filter(({ state, resolvedAt }) => state === 'resolved' && isSince(resolvedAt))
  const endings = RESOLUTIONS.map(
    (ending) =>
      [resolved.filter(({ resolution }) => resolution === ending).length, ENDING_WORDS[ending]] as const,
  )
    .filter(([count]) => count > 0)
    .map((pair) => pair.join(' '))
  return `New since then: ${opened}. Resolved since then: ${resolved.length}${endings.length > 0 ? ` (${endings.join(', ')})` : ''}.`
}

function oldestText(open: readonly Drift[], nowMs: number): string {
  const oldest = open.toSorted((a, b) => (a.firstSeenAt < b.firstSeenAt ? -1 : 1))[0]
  if (oldest === undefined) return ''
  const age = spanText(nowMs - Date.parse(oldest.firstSeenAt))
  return `The oldest has been there for ${age}: ${oldest.stack}, ${oneLine(recordName(oldest.record), MAX_NAME_LENGTH)}.`
}

function isBlind({ lastGoodScanAt, maxAgeMs }: StackFacts, nowMs: number): boolean {
  return isStale(lastGoodScanAt, maxAgeMs, nowMs)
}

function blindText(stacks: readonly StackFacts[], nowMs: number): string {
  const blind = stacks.filter((stack) => isBlind(stack, nowMs))
  if (blind.length === 0) return ''
  const named = blind
    .slice(0, MAX_NAMED_STACKS)
    .map(({ name, error }) => (error === null ? name : `${name} (${error.code})`))
  const more = blind.length - named.length
  return `Without a verdict that is fresh: ${named.join(', ')}${more > 0 ? ` and ${countOf(more, 'more stack')}` : ''}. What drifts there is not seen.`
}

function acceptedText(drifts: readonly Drift[], nowMs: number): string {
  const known = drifts.filter(({ state }) => state === 'acknowledged').length
  const accepted = drifts.filter(({ state }) => state === 'ignored')
  const ending = accepted.filter(
    ({ rule }) => rule !== null && Date.parse(rule.until) < nowMs + SOON_MS,
  ).length
  const parts = [
    known > 0 ? `${known} acknowledged` : '',
    accepted.length > 0 ? `${accepted.length} accepted by rules` : '',
    ending > 0 ? `${ending} of them by rules that end within two weeks` : '',
  ].filter((text) => text !== '')
  return parts.length === 0 ? '' : `Not told on: ${parts.join(', ')}.`
}

function deadText(dead: number): string {
  return dead === 0
    ? ''
    : `${countOf(dead, 'message')} could not be delivered and ${dead === 1 ? 'was' : 'were'} given up.`
}

function stacksOf(shown: readonly Drift[], stacks: readonly StackFacts[]): AlertMessage['stacks'] {
  const names = new Set(shown.map(({ stack }) => stack))
  return stacks.filter(({ name }) => names.has(name)).flatMap((facts) => toAlertStack(facts) ?? [])
}

function toRecord(drift: Drift): AlertRecord {
  const { stack, record, firstSeenAt: since } = drift
  const nothing = {
    resolvedAt: null,
    resolution: null,
    sourceUrl: null,
    changedBy: null,
    severityReason: null,
  }
  return { stack, record: foldRecord(record), since, ...nothing }
}

function compareDrifts(a: Drift, b: Drift): number {
  return (
    compareSeverities(a.record.severity, b.record.severity) ||
    (a.firstSeenAt < b.firstSeenAt ? -1 : a.firstSeenAt > b.firstSeenAt ? 1 : 0) ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  )
}
