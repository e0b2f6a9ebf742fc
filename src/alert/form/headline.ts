import type { AlertMessage, AlertReason } from '../../domain/alert-message.js'
import { countOf } from '../../lib/text/count-of.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { oneLine } from '../build/words.js'

/** What a message is about, in parts that every channel puts together in its own way. All of it is free of control characters. */
export interface Headline {
  /** `CRITICAL`, `RESOLVED`, `DIGEST`: the word that tells at a glance. */
  readonly tag: string
  /** `prod/network`, `40 stacks`; empty where it is about none. */
  readonly place: string
  /** `3 changes (1 deletion)`. */
  readonly what: string
  /** `prod/network: 3 changes (1 deletion)`. */
  readonly title: string
}

const MAX_WHAT_LENGTH = 160
const LEFT_TEXT = 'configured no longer'

/** Words for messages that are not about drift; their severity says less than these. */
const TAGS: Readonly<Partial<Record<AlertReason, string>>> = {
  'scan-failing': 'FAILING',
  stale: 'STALE',
  recovered: 'RECOVERED',
  'pending-too-long': 'UNAPPLIED',
  digest: 'DIGEST',
  'still-alive': 'ALIVE',
  remediation: 'REMEDIATION',
  repository: 'REPOSITORY',
  test: 'TEST',
}

/** The headline of a message. */
export function headlineOf(message: AlertMessage): Headline {
  const place = placeOf(message)
  const told = whatOf(message)
  const what = oneLine(told ?? message.summary, MAX_WHAT_LENGTH)
  const title = place === '' || told === null ? what : `${place}: ${what}`
  return { tag: tagOf(message), place, what, title }
}

/** True where nothing of the message is open any longer. */
export function isAllOver({ reason, records, stacks }: AlertMessage): boolean {
  if (reason === 'recovered')
    return stacks.every(({ failure, isKnown }) => failure === null || isKnown === false)
  return reason === 'resolved' && records.length === 0
}

function tagOf(message: AlertMessage): string {
  const { reason, severity } = message
  if (isAllOver(message) && isLeft(message)) return 'CLOSED'
  if (reason === 'resolved' && isAllOver(message)) return 'RESOLVED'
  return TAGS[reason] ?? severity.toUpperCase()
}

/** Nothing was resolved and nothing scanned: nobody looks any more. Messages of an older driftd do not say so. */
function isLeft({ stacks, omitted }: AlertMessage): boolean {
  return stacks.length > 0 && omitted.stacks === 0 && stacks.every(({ isKnown }) => isKnown === false)
}

function placeOf({ stacks, omitted }: AlertMessage): string {
  const count = stacks.length + omitted.stacks
  if (count > 1) return countOf(count, 'stack')
  return stacks[0] === undefined ? '' : escapeText(stacks[0].name)
}

/** Null where the summary says it, the place included. */
function whatOf(message: AlertMessage): string | null {
  const { reason, records, resolved } = message
  switch (reason) {
    case 'first-drift':
    case 'drift-changed':
    case 'severity-raised':
    case 'rule-expired':
      return changesText(message)
    case 'repeat-due':
      return `still open, ${changesText(message)}`
    case 'pending-too-long':
      return `${changesText(message)} not applied`
    case 'resolved':
      if (isLeft(message)) return LEFT_TEXT
      return records.length === 0
        ? `${countOf(resolved.length + message.omitted.records, 'change')} resolved`
        : `${resolved.length} resolved, ${records.length + message.omitted.records} open`
    case 'scan-failing':
      return 'scans fail'
    case 'stale':
      return 'no successful scan for too long'
    case 'recovered':
      return isLeft(message) ? LEFT_TEXT : 'scanned again'
    default:
      return null
  }
}

function changesText({ records, omitted, summary }: AlertMessage): string {
  const count = records.length + omitted.records
  const [first] = records
  if (first === undefined) return summary
  if (count === 1) return `${first.record.kind} ${first.record.address}`
  const deleted = records.filter(({ record }) => record.kind === 'deleted').length
  return `${countOf(count, 'change')}${deleted > 0 ? ` (${countOf(deleted, 'deletion')})` : ''}`
}
