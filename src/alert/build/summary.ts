import { releaseOf } from '../../domain/alert-cause.js'
import type { GroupMember } from '../../domain/alert-groups.js'
import { countOf } from '../../lib/text/count-of.js'
import { pathText } from '../../lib/text/path-text.js'
import { spanText } from '../../lib/text/time-text.js'
import { type MessageContext, type MessageParts, sinceOf } from './message-parts.js'
import { oneLine } from './words.js'

const MAX_NAME_LENGTH = 80
// deeper steps name elements of lists, which say little without their values
const MAX_PATH_STEPS = 2

/** Everything in one line: "CRITICAL drift: prod/network, 3 changes (1 deletion)". */
export function summaryOf(parts: MessageParts, context: MessageContext): string {
  const { reason } = parts.decision
  if (reason === 'resolved') return resolvedSummary(parts, context)
  if (reason === 'recovered') return recoveredSummary(parts, context)
  if (parts.group.kind === 'scan') return scanSummary(parts, context)
  const what = parts.group.kind === 'pending' ? 'unapplied code' : 'drift'
  const loud = `${parts.severity.toUpperCase()} ${what}`
  const told = `${whereOf(parts)}, ${changesText(parts.open)}`
  return reason === 'repeat-due'
    ? `Still open for ${spanText(ageMs(parts.open, context))}: ${loud}: ${told}`
    : `${loud}: ${told}`
}

/** `prod/network`, or `40 stacks`. */
export function whereOf({ stacks }: Pick<MessageParts, 'stacks'>): string {
  const [first] = stacks
  return stacks.length === 1 && first !== undefined ? first : countOf(stacks.length, 'stack')
}

/** How long the oldest of them has been there. */
export function ageMs(members: readonly GroupMember[], { nowMs }: MessageContext): number {
  return Math.max(0, ...members.map((member) => nowMs - Date.parse(sinceOf(member))))
}

/** `tags.Owner`, or `hashicorp/aws 5.100.0 -> 6.0.0`: what records of one cause have in common. */
export function causeText({ group, open }: MessageParts): string | null {
  const release = releaseOf(group.key)
  if (release !== null) {
    const name = release.name.replace(/^registry\.(?:terraform\.io|opentofu\.org)\//, '')
    return oneLine(`${name} ${release.from} -> ${release.to}`, MAX_NAME_LENGTH)
  }
  const record = open.find(({ matter }) => matter.record !== null)?.matter.record
  if (!record || group.key.startsWith(`${group.kind}:`) || group.key.startsWith('storm:')) return null
  if (record.kind === 'check') return oneLine(record.address, MAX_NAME_LENGTH)
  const paths = record.changes.map(({ path }) => pathText(path.slice(0, MAX_PATH_STEPS)))
  return oneLine([...new Set(paths)].join(', '), MAX_NAME_LENGTH)
}

/** Nobody looks at any of its stacks any more. */
export function isLeft({ stacks }: MessageParts, facts: MessageContext['facts']): boolean {
  return stacks.length > 0 && stacks.every((stack) => facts.get(stack)?.isKnown === false)
}

function changesText(open: readonly GroupMember[]): string {
  const [first] = open
  if (open.length === 1 && first?.matter.record)
    return `${first.matter.record.kind} ${oneLine(first.matter.record.address, MAX_NAME_LENGTH)}`
  const count = (kind: string): number => open.filter(({ matter }) => matter.record?.kind === kind).length
  const special = [
    [count('deleted'), 'deletion'],
    [count('conflict'), 'conflict'],
  ] as const
  const marked = special.filter(([some]) => some > 0).map(([some, noun]) => countOf(some, noun))
  return `${countOf(open.length, 'change')}${marked.length > 0 ? ` (${marked.join(', ')})` : ''}`
}

function resolvedSummary(parts: MessageParts, { facts }: MessageContext): string {
  const { open, over } = parts
  if (isLeft(parts, facts))
    return `Configured no longer: ${whereOf(parts)}, ${countOf(over.length, 'change')} as last seen`
  if (open.length === 0) return `Resolved: ${whereOf(parts)}, ${countOf(over.length, 'change')}`
  return `Resolved in part: ${whereOf(parts)}, ${over.length} of ${countOf(over.length + open.length, 'change')}; ${open.length} open`
}

function recoveredSummary(parts: MessageParts, { facts }: MessageContext): string {
  if (isLeft(parts, facts)) return `Configured no longer: ${whereOf(parts)}`
  const [first] = parts.stacks
  const status = parts.stacks.length === 1 && first !== undefined ? facts.get(first)?.status : undefined
  const more = parts.open.length > 0 ? `; ${countOf(parts.open.length, 'more stack')} not yet` : ''
  const gone = [...new Set(parts.over.map(({ matter }) => matter.stack))]
  const where = whereOf({ stacks: gone })
  return `Scanned again: ${where}${status === undefined ? '' : ` is ${status}`}${more}`
}

function scanSummary(parts: MessageParts, context: MessageContext): string {
  const { open } = parts
  const still = parts.decision.reason === 'repeat-due' ? 'still ' : ''
  const age = spanText(ageMs(open, context))
  const failing = open.find(({ matter }) => matter.mark === 'failing')
  if (failing === undefined)
    return `No verdict: ${whereOf(parts)} ${still}without a successful scan for ${age}`
  const error = context.facts.get(failing.matter.stack)?.error
  return `Scans fail: ${whereOf(parts)} ${still}without a verdict for ${age}${error ? `, ${error.code} in ${error.phase}` : ''}`
}
