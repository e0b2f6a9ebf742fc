import type { Matter } from '../domain/alert-matter.js'
import type { MatterMemory } from '../domain/alert-memory.js'
import { placeMatter, placeTold } from '../domain/alert-policy.js'
import type { JudgedMatter, PlacedMatter } from '../domain/judge-matters.js'
import { type ChannelPlan, planChannel } from '../domain/plan-alerts.js'
import type { AlertMemory } from './alert-store.js'
import type { DispatchParts } from './dispatch-parts.js'
import { lookAtStacks, type StackView, type ViewRequest } from './look-at-stacks.js'

/** What one channel is told of some stacks, and what it knew. */
export interface EvaluatedChannel {
  readonly channel: string
  readonly plan: ChannelPlan
  /** What it remembers of these stacks that is there no longer and was never told. */
  readonly orphans: readonly MatterMemory[]
}

/** What every channel is told of some stacks. */
export interface Evaluation {
  readonly view: StackView
  readonly channels: readonly EvaluatedChannel[]
}

/** Decides what every channel is told of some stacks now; writes nothing. */
export async function evaluateStacks(parts: DispatchParts, request: ViewRequest): Promise<Evaluation> {
  const { store, policy, channels } = parts
  const { nowMs, names } = request
  const view = await lookAtStacks(parts, request)
  const causes = new Set(
    view.matters.flatMap(({ state, cause }) => (state === 'firing' && cause !== null ? [cause] : [])),
  )
  const memory = await store.alertMemory({ stacks: names, causes: [...causes] })
  const routed = routeMatters(view, parts, nowMs)
  const stacks = new Set(names)
  const evaluated: EvaluatedChannel[] = []
  for (const channel of channels) {
    const known = ofChannel(memory, channel)
    const { messages, perMs } = policy.budgetOf(channel)
    const sent = await store.messagesSince(channel, new Date(nowMs - perMs).toISOString())
    const plan = planChannel({
      nowMs,
      placed: placeFor(channel, { view, routed, known, policy, nowMs }),
      stacks,
      memory: known.matters,
      threads: known.threads,
      budget: {
        messages: Math.max(0, messages - sent.count),
        freesAtMs: sent.firstAt === null ? nowMs + perMs : Date.parse(sent.firstAt) + perMs,
      },
      pace: policy.pace,
      causeStacks: policy.causeStacks,
    })
    evaluated.push({ channel, plan, orphans: orphansOf(view, known, stacks) })
  }
  return { view, channels: evaluated }
}

/** Stacks with something new that its channel is told later: they are looked at again together. */
export function waitingStacks({ channels }: Evaluation): ReadonlySet<string> {
  const isWaiting = ({ verdict, memory }: JudgedMatter): boolean =>
    verdict === 'fresh' && (memory === null || memory.alertKey === null)
  const told = ({ plan }: EvaluatedChannel): ReadonlySet<Matter> =>
    new Set(plan.messages.flatMap(({ decision }) => decision.news.fresh))
  return new Set(
    channels.flatMap((one) => {
      const isTold = told(one)
      return one.plan.judged
        .filter((judged) => isWaiting(judged) && !isTold.has(judged.matter))
        .map(({ matter }) => matter.stack)
    }),
  )
}

interface RoutedMatter {
  readonly matter: Matter
  readonly byChannel: ReadonlyMap<string, PlacedMatter>
}

function routeMatters(
  { matters, facts }: StackView,
  { policy }: DispatchParts,
  nowMs: number,
): readonly RoutedMatter[] {
  return matters.flatMap((matter) => {
    const stack = facts.get(matter.stack)
    return stack === undefined ? [] : [{ matter, byChannel: placeMatter(matter, stack, { policy, nowMs }) }]
  })
}

/** What its routes bring to a channel, and what it knows of already. */
function placeFor(
  channel: string,
  {
    view,
    routed,
    known,
    policy,
    nowMs,
  }: {
    readonly view: StackView
    readonly routed: readonly RoutedMatter[]
    readonly known: AlertMemory
    readonly policy: DispatchParts['policy']
    readonly nowMs: number
  },
): readonly PlacedMatter[] {
  const memories = new Map(known.matters.map((row) => [row.matter, row]))
  return routed.flatMap(({ matter, byChannel }) => {
    const memory = memories.get(matter.id)
    const stack = view.facts.get(matter.stack)
    const placed = byChannel.get(channel)
    if (placed === undefined)
      return memory === undefined || stack === undefined ? [] : [placeTold(matter, stack, { policy, nowMs })]
    // why it is open was seen when it was noticed
    const isUnignored = matter.mark === 'none' && memory?.alertKey === null && memory.mark === 'rule-expired'
    return [isUnignored ? { ...placed, matter: { ...matter, mark: 'rule-expired' as const } } : placed]
  })
}

function ofChannel({ matters, threads }: AlertMemory, channel: string): AlertMemory {
  return {
    matters: matters.filter((row) => row.channel === channel),
    threads: threads.filter((row) => row.channel === channel),
  }
}

function orphansOf(
  { matters }: StackView,
  known: AlertMemory,
  stacks: ReadonlySet<string>,
): readonly MatterMemory[] {
  const ids = new Set(matters.map(({ id }) => id))
  return known.matters.filter(
    ({ alertKey, stack, matter }) => alertKey === null && stacks.has(stack) && !ids.has(matter),
  )
}
