import type { StackFacts } from '../../domain/alert-matter.js'
import type { AlertMessage } from '../../domain/alert-message.js'
import type { Notice } from '../../domain/notice.js'
import { toAlertStack } from './build-message.js'
import type { MessageIdentity } from './message-parts.js'

/** A notice as a message; `facts` of the stack it is about, where there is one. */
export function buildNoticeMessage(
  notice: Notice,
  identity: MessageIdentity,
  { at, facts }: { readonly at: string; readonly facts: StackFacts | null },
): AlertMessage {
  const { reason, severity, summary, explanation, paragraphs, nextSteps } = notice
  const stack = facts === null ? null : toAlertStack(facts)
  return {
    ...identity,
    reason,
    severity,
    at,
    summary,
    explanation,
    stacks: stack === null ? [] : [stack],
    records: [],
    resolved: [],
    omitted: { records: 0, stacks: 0 },
    paragraphs,
    nextSteps,
  }
}
