import type { GroupMember } from '../../domain/alert-groups.js'
import type { StackFacts } from '../../domain/alert-matter.js'
import type { AlertMessage, AlertRecord, AlertStack } from '../../domain/alert-message.js'
import type { DecidedGroup } from '../../domain/plan-alerts.js'
import { sourceUrl } from '../../domain/source-url.js'
import { endedAt, endingOf } from './ending.js'
import { explanationOf } from './explanation.js'
import { foldRecord } from './fold-record.js'
import { type MessageContext, type MessageIdentity, partsOf, sinceOf } from './message-parts.js'
import { nextStepsOf } from './next-steps.js'
import { summaryOf } from './summary.js'
import { oneLine } from './words.js'

/** More nobody reads in one message; what is beyond is counted. */
export const MAX_MESSAGE_RECORDS = 200
export const MAX_MESSAGE_STACKS = 40

// of the records as JSON; what a channel has less room for it leaves out itself
const MAX_RECORDS_LENGTH = 120_000
const MAX_RESOLVED_LENGTH = 20_000
const MAX_FAILURE_LENGTH = 300

/** The message of a decision that is due: complete, free of secrets, and not too long for anybody. */
export function buildAlertMessage(
  decided: DecidedGroup,
  identity: MessageIdentity,
  context: MessageContext,
): AlertMessage {
  const parts = partsOf(decided)
  const isOfRecords = decided.group.kind !== 'scan'
  const records = take(isOfRecords ? parts.open : [], MAX_RECORDS_LENGTH, context)
  const resolved = take(isOfRecords ? parts.over : [], MAX_RESOLVED_LENGTH, context)
  const stacks = parts.stacks.slice(0, MAX_MESSAGE_STACKS)
  return {
    ...identity,
    reason: decided.decision.reason,
    severity: parts.severity,
    at: new Date(context.nowMs).toISOString(),
    summary: summaryOf(parts, context),
    explanation: explanationOf(parts, context),
    stacks: stacks.flatMap((name) => toAlertStack(context.facts.get(name)) ?? []),
    records: records.taken,
    resolved: resolved.taken,
    omitted: { records: records.omitted + resolved.omitted, stacks: parts.stacks.length - stacks.length },
    paragraphs: [],
    nextSteps: nextStepsOf(parts, context),
  }
}

/** A stack as messages show it. */
export function toAlertStack(facts: StackFacts | undefined): AlertStack | null {
  if (facts === undefined) return null
  const { name, repository, provider, labels, isKnown, status, commit, error } = facts
  const { lastScanAt, lastGoodScanAt } = facts
  const failure = error && `${error.code} in ${error.phase}: ${oneLine(error.message, MAX_FAILURE_LENGTH)}`
  return { name, repository, provider, labels, isKnown, status, commit, lastScanAt, lastGoodScanAt, failure }
}

function take(
  members: readonly GroupMember[],
  maxLength: number,
  context: MessageContext,
): { readonly taken: readonly AlertRecord[]; readonly omitted: number } {
  const taken: AlertRecord[] = []
  let left = maxLength
  for (const member of members) {
    const record = toAlertRecord(member, context)
    if (record === null) continue
    left -= JSON.stringify(record).length
    if (taken.length > 0 && (left < 0 || taken.length >= MAX_MESSAGE_RECORDS)) break
    taken.push(record)
  }
  return { taken, omitted: members.length - taken.length }
}

/** Null where nothing but its existence is known here: it is counted. */
function toAlertRecord(member: GroupMember, context: MessageContext): AlertRecord | null {
  const { matter } = member
  const drift = context.drifts.get(matter.id)
  const record = drift?.record ?? matter.record
  if (record === null) return null
  const facts = context.facts.get(matter.stack)
  const url = context.repositoryUrls.get(facts?.repository ?? '')
  const isOver = matter.state === 'over'
  return {
    stack: matter.stack,
    record: foldRecord(record),
    since: sinceOf(member),
    resolvedAt: isOver ? endedAt(drift, context) : null,
    resolution: isOver ? endingOf(drift, facts) : null,
    sourceUrl: url === undefined ? null : sourceUrl(url, facts?.commit ?? null, record.source),
    changedBy: null,
    severityReason: context.severityReason(record, facts?.provider ?? ''),
  }
}
