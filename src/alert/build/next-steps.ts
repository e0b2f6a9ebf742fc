import type { NextStep } from '../../domain/alert-message.js'
import type { MessageContext, MessageParts } from './message-parts.js'

/** What a person can do next, each with the exact command. Names of stacks and ids hold nothing that a shell would obey. */
export function nextStepsOf(parts: MessageParts, context: MessageContext): readonly NextStep[] {
  const { open, group } = parts
  const [first] = open
  if (first === undefined) return []
  if (group.kind === 'scan') return scanSteps(first.matter.stack)
  const record = first.matter.record
  const show = open.length === 1 && record ? record.id : first.matter.stack
  if (group.kind === 'pending') return [step('See what is not applied', `driftd show ${show}`)]
  const isUndoable = open.some(
    ({ matter }) => matter.stack === first.matter.stack && matter.record?.correctable,
  )
  return [
    step('See it in full', `driftd show ${show}`),
    ...(context.canRemediate && isUndoable
      ? [step('Have it undone, when a request is approved', `driftd remediate ${first.matter.stack}`)]
      : []),
    ...(record
      ? [step('You know of it: say so, and it is not repeated', `driftd ack ${record.id} --reason "..."`)]
      : []),
  ]
}

function scanSteps(stack: string): readonly NextStep[] {
  return [
    step('See why', `driftd show ${stack}`),
    step('Find out whether engines, credentials and remotes are usable', 'driftd doctor'),
    step('Scan it now', `driftd scan ${stack}`),
  ]
}

function step(text: string, command: string): NextStep {
  return { text, command, url: null }
}
