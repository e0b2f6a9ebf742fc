import type { Matter } from '../domain/alert-matter.js'
import type { MatterMemory } from '../domain/alert-memory.js'
import { type AlertPolicy, placeMatter, placeTold } from '../domain/alert-policy.js'
import type { PlacedMatter } from '../domain/judge-matters.js'
import { type BudgetLeft, type ChannelPlan, planChannel } from '../domain/plan-alerts.js'
import type { AlertMemory } from './alert-store.js'
import type { StackView } from './look-at-stacks.js'

/** What is known when it is decided what channels are told of some stacks. */
export interface PlanRequest {
  readonly view: StackView
  readonly memory: AlertMemory
  readonly policy: AlertPolicy
  readonly nowMs: number
  /** What there is room for on each channel; those that are not in it are told nothing. */
  readonly budgets: ReadonlyMap<string, BudgetLeft>
}

/** What one channel is told of some stacks, and what it knew. */
export interface PlannedChannel {
  readonly channel: string
  readonly plan: ChannelPlan
  /** What it remembers of these stacks that is there no longer and was never told. */
  readonly orphans: readonly MatterMemory[]
}

/** What every channel is told of some stacks. */
export interface PlannedChannels {
  readonly channels: readonly PlannedChannel[]
  /** When to look at a stack again whatever channels know of it; missing: only when something happens. */
  readonly changesAtMs: ReadonlyMap<string, number>
}

/** Decides what every channel is told of some stacks now. */
export function planChannels(request: PlanRequest): PlannedChannels {
  return { channels: planEach(request), changesAtMs: changeTimes(request.view) }
}

function planEach(request: PlanRequest): readonly PlannedChannel[] {
  const { view, policy, nowMs, budgets } = request
  const stacks = new Set(view.facts.keys())
  const ids = new Set(view.matters.map(({ id }) => id))
  const routed = routeMatters(request)
  const memories = byChannel(request.memory)
  return [...budgets].map(([channel, budget]) => {
    const known = memories.get(channel) ?? { matters: [], threads: [] }
    const plan = planChannel({
      nowMs,
      placed: placeFor(channel, routed, known, request),
      stacks,
      memory: known.matters,
      threads: known.threads,
      budget,
      pace: policy.pace,
      causeStacks: policy.causeStacks,
    })
    const orphans = known.matters.filter(
      ({ alertKey, stack, matter }) => alertKey === null && stacks.has(stack) && !ids.has(matter),
    )
    return { channel, plan, orphans }
  })
}

interface RoutedMatter {
  readonly matter: Matter
  readonly byChannel: ReadonlyMap<string, PlacedMatter>
}

/** What is over or quiet, and no channel knows of, is nobody's business: most of a fleet. */
function routeMatters({ view, memory, policy, nowMs }: PlanRequest): readonly RoutedMatter[] {
  const known = new Set(memory.matters.map((row) => row.matter))
  return view.matters.flatMap((matter) => {
    if (matter.state !== 'firing' && !known.has(matter.id)) return []
    const stack = view.facts.get(matter.stack)
    return stack === undefined ? [] : [{ matter, byChannel: placeMatter(matter, stack, { policy, nowMs }) }]
  })
}

function changeTimes({ matters }: StackView): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const { stack, changesAtMs } of matters) {
    if (changesAtMs !== null) times.set(stack, Math.min(changesAtMs, times.get(stack) ?? changesAtMs))
  }
  return times
}

/** What its routes bring to a channel, and what it knows of already. */
function placeFor(
  channel: string,
  routed: readonly RoutedMatter[],
  known: AlertMemory,
  { view, policy, nowMs }: PlanRequest,
): readonly PlacedMatter[] {
  const memories = new Map(known.matters.map((row) => [row.matter, row]))
  return routed.flatMap(({ matter, byChannel: places }) => {
    const memory = memories.get(matter.id)
    const placed = places.get(channel)
    if (placed === undefined) {
      const stack = view.facts.get(matter.stack)
      return memory === undefined || stack === undefined ? [] : [placeTold(matter, stack, { policy, nowMs })]
    }
    // why it is open was seen when it was noticed
    const isUnignored = matter.mark === 'none' && memory?.alertKey === null && memory.mark === 'rule-expired'
    return [isUnignored ? { ...placed, matter: { ...matter, mark: 'rule-expired' as const } } : placed]
  })
}

function byChannel({ matters, threads }: AlertMemory): ReadonlyMap<string, AlertMemory> {
  const channels = new Set([...matters, ...threads].map(({ channel }) => channel))
  return new Map(
    [...channels].map((name) => [
      name,
      {
        matters: matters.filter(({ channel }) => channel === name),
        threads: threads.filter(({ channel }) => channel === name),
      },
    ]),
  )
}
