import type { AlertMessage, AlertReason } from '../domain/alert-message.js'
import { muteOf, routeFactsOf } from '../domain/alert-policy.js'
import type { JudgedMatter, MatterVerdict } from '../domain/judge-matters.js'
import type { DecidedGroup } from '../domain/plan-alerts.js'
import { buildAlertMessage } from './build/build-message.js'
import type { MessageContext } from './build/message-parts.js'
import type { DispatchParts } from './dispatch-parts.js'
import { type Evaluation, evaluateStacks } from './evaluate-stacks.js'
import type { PlannedChannel } from './plan-channels.js'
import { contextFor } from './tell.js'

/** What a channel would be told of a stack. Times are ISO 8601, UTC. */
export interface ChannelPreview {
  readonly channel: string
  readonly messages: readonly PreviewedMessage[]
  readonly matters: readonly PreviewedMatter[]
}

/** A message as it would be sent. */
export interface PreviewedMessage {
  /** Null: at once. */
  readonly at: string | null
  readonly message: AlertMessage
}

/** Why a channel is told of a matter, or not. */
export interface PreviewedMatter {
  /** Null: the scans of the stack. */
  readonly address: string | null
  readonly host: string | null
  readonly verdict: MatterVerdict
  /** When that may change by itself. */
  readonly until: string | null
  /** Of a mute. */
  readonly reason: string | null
  readonly author: string | null
}

/** What every channel would be told of a stack now, or next; sends and remembers nothing. */
export async function previewStack(parts: DispatchParts, stack: string): Promise<readonly ChannelPreview[]> {
  const nowMs = parts.clock.now().getTime()
  const known = new Map((await parts.stacks()).map((one) => [one.name, one]))
  const request = { names: [stack], known, unignored: new Set<string>(), nowMs }
  const evaluation = await evaluateStacks(parts, request)
  const context = await contextFor(parts, withWaiting(evaluation), request)
  return evaluation.channels.map((one) => previewChannel(one, context, parts))
}

/** What waits is read as well: it is shown as it will be. */
function withWaiting(evaluation: Evaluation): Evaluation {
  const channels = evaluation.channels.map((one) => {
    const messages = [...one.plan.messages, ...one.plan.waiting]
    return { ...one, plan: { ...one.plan, messages } }
  })
  return { ...evaluation, channels }
}

function previewChannel(
  { channel, plan }: PlannedChannel,
  context: MessageContext,
  parts: DispatchParts,
): ChannelPreview {
  const waiting = plan.waiting.flatMap((decided) => {
    const { next } = decided.decision
    return next === null ? [] : [toMessage(decided, next.reason, next.atMs, context)]
  })
  return {
    channel,
    messages: [
      ...plan.messages.map((decided) => toMessage(decided, decided.decision.reason, null, context)),
      ...waiting,
    ],
    matters: plan.judged.map((judged) => toMatter(judged, context, parts)),
  }
}

function toMessage(
  decided: DecidedGroup,
  reason: AlertReason,
  atMs: number | null,
  context: MessageContext,
): PreviewedMessage {
  const { thread } = decided.group
  const identity = {
    id: 'preview',
    alertKey: thread?.alertKey ?? 'preview',
    sequence: (thread?.sequence ?? 0) + 1,
  }
  const then = { ...decided, decision: { ...decided.decision, reason } }
  const at = atMs === null ? null : new Date(atMs).toISOString()
  return { at, message: buildAlertMessage(then, identity, context) }
}

function toMatter(
  { matter, verdict, untilMs }: JudgedMatter,
  { facts, nowMs }: MessageContext,
  { policy }: DispatchParts,
): PreviewedMatter {
  const stack = facts.get(matter.stack)
  const isMuted = verdict === 'muted' && stack !== undefined
  const mute = isMuted ? muteOf(policy.mutes, routeFactsOf(matter, stack), nowMs) : null
  return {
    address: matter.record?.address ?? null,
    host: matter.record?.host ?? null,
    verdict,
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
    reason: mute?.reason ?? null,
    author: mute?.author ?? null,
  }
}
