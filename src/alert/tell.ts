import type { AlertThread } from '../domain/alert-memory.js'
import type { AlertMessage } from '../domain/alert-message.js'
import type { Delivery } from '../domain/delivery.js'
import type { DecidedGroup } from '../domain/plan-alerts.js'
import { buildAlertMessage } from './build/build-message.js'
import type { MessageContext } from './build/message-parts.js'
import type { DispatchParts } from './dispatch-parts.js'
import type { Evaluation } from './evaluate-stacks.js'
import { lookAtStacks, type StackView, type ViewRequest } from './look-at-stacks.js'
import type { PlannedChannel } from './plan-channels.js'
import { changesOfPlan, type MemoryChanges, nextThread } from './remember.js'

/** How long a message is tried. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000

/** What an evaluation comes to: messages, and what channels know then. */
export interface Telling extends MemoryChanges {
  readonly deliveries: readonly Delivery[]
}

/** More stacks of a cause than a message names are not read for it. */
const MAX_READ_STACKS = 80

/** Turns an evaluation into messages; writes nothing. */
export async function tellEvaluation(
  parts: DispatchParts,
  evaluation: Evaluation,
  request: ViewRequest,
): Promise<Telling> {
  const context = await contextFor(parts, evaluation, request)
  const tellings = evaluation.channels.map((one) => tellChannel(parts, one, context))
  return {
    deliveries: tellings.flatMap(({ deliveries }) => deliveries),
    remembered: tellings.flatMap(({ remembered }) => remembered),
    forgotten: tellings.flatMap(({ forgotten }) => forgotten),
    threads: tellings.flatMap(({ threads }) => threads),
    closed: tellings.flatMap(({ closed }) => closed),
  }
}

/** A message on its way to a channel. */
export function toDelivery(channel: string, message: AlertMessage): Delivery {
  const giveUpAt = new Date(Date.parse(message.at) + GIVE_UP_AFTER_MS).toISOString()
  return {
    message,
    channel,
    state: 'waiting',
    attempts: 0,
    createdAt: message.at,
    nextAttemptAt: message.at,
    giveUpAt,
    deliveredAt: null,
    problem: null,
  }
}

function tellChannel(
  { newId }: DispatchParts,
  { channel, plan, orphans }: PlannedChannel,
  context: MessageContext,
): Telling {
  const now = new Date(context.nowMs).toISOString()
  const told = plan.messages.map((decided) => ({
    decided,
    thread: nextThread(channel, decided, { now, newId }),
  }))
  const changes = changesOfPlan(channel, plan, told, now)
  const gone = orphans.map(({ matter }) => ({ channel, matter }))
  return {
    ...changes,
    forgotten: [...changes.forgotten, ...gone],
    deliveries: told.map(({ decided, thread }) =>
      toDelivery(channel, messageOf(decided, thread, newId(), context)),
    ),
  }
}

function messageOf(
  decided: DecidedGroup,
  { alertKey, sequence }: AlertThread,
  id: string,
  context: MessageContext,
): AlertMessage {
  return buildAlertMessage(decided, { id, alertKey, sequence }, context)
}

/** What messages show: of the stacks that were looked at, and of others in the same threads. */
export async function contextFor(
  parts: DispatchParts,
  { view, channels }: Evaluation,
  request: ViewRequest,
): Promise<MessageContext> {
  const named = channels.flatMap(({ plan }) =>
    plan.messages.flatMap(({ group }) => group.members.map(({ matter }) => matter.stack)),
  )
  const others = [...new Set(named)].filter((stack) => !view.facts.has(stack)).slice(0, MAX_READ_STACKS)
  const read = others.length === 0 ? null : await lookAtStacks(parts, { ...request, names: others })
  const { repositoryUrls, canRemediate, severityReason } = parts
  return { nowMs: request.nowMs, ...joinViews(view, read), repositoryUrls, canRemediate, severityReason }
}

function joinViews(view: StackView, other: StackView | null): Pick<MessageContext, 'facts' | 'drifts'> {
  return {
    facts: new Map([...view.facts, ...(other?.facts ?? [])]),
    drifts: new Map([...view.drifts, ...(other?.drifts ?? [])]),
  }
}
