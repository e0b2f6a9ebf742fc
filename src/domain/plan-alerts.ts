import {
  type AlertGroup,
  type GroupMember,
  groupMatters,
  lastSentOf,
  paceOf,
  rankGroups,
} from './alert-groups.js'
import type { Matter, MatterKind } from './alert-matter.js'
import type { AlertThread, MatterMemory } from './alert-memory.js'
import { type AlertDecision, type AlertPace, decideAlert } from './alert-reason.js'
import { type JudgedMatter, judgeMatters, type PlacedMatter } from './judge-matters.js'

/** How many messages a channel may still have, and when there is room for the next one after these. */
export interface BudgetLeft {
  readonly messages: number
  readonly freesAtMs: number
}

/** What is known when it is decided what one channel is told. */
export interface ChannelPlanRequest {
  readonly nowMs: number
  /** Every matter of the stacks that are looked at. */
  readonly placed: readonly PlacedMatter[]
  /** These stacks. Of others in the same threads it is taken that nothing changed. */
  readonly stacks: ReadonlySet<string>
  /** What the channel knows: of these stacks, of all members of the threads below, of stacks that share a cause. */
  readonly memory: readonly MatterMemory[]
  readonly threads: readonly AlertThread[]
  readonly budget: BudgetLeft
  readonly pace: AlertPace
  readonly causeStacks: number
}

/** A group and what to do about it. */
export interface DecidedGroup {
  readonly group: AlertGroup
  readonly decision: AlertDecision
  readonly pace: AlertPace
  /** Groups that were put into this one because the channel has no room for a message each. */
  readonly folded: number
}

/** What one channel is told now, and when to look again. */
export interface ChannelPlan {
  /** Their decisions are due; to be told in this order. */
  readonly messages: readonly DecidedGroup[]
  /** What is not told now. */
  readonly waiting: readonly DecidedGroup[]
  readonly judged: readonly JudgedMatter[]
  /** By stack; missing: only when something happens. */
  readonly nextAtMs: ReadonlyMap<string, number>
}

/** Decides what one channel is told of some stacks. */
export function planChannel(request: ChannelPlanRequest): ChannelPlan {
  const { nowMs, placed, memory, threads, causeStacks } = request
  const judged = judgeMatters(placed, memory, nowMs)
  const fresh = judged.filter(({ verdict }) => verdict === 'fresh').map(toMember)
  const groups = groupMatters(toldMembers(request, judged), fresh, { memory, threads, causeStacks })
  const decided = rankGroups(groups.map((group) => decideGroup(group, request)))
  const { messages, waiting } = withinBudget(decided, request)
  return { messages, waiting, judged, nextAtMs: nextTimes({ messages, waiting, judged }, request) }
}

function decideGroup(group: AlertGroup, { nowMs, pace: fallback }: ChannelPlanRequest): DecidedGroup {
  const pace = paceOf(group, fallback)
  const noticed = group.members
    .filter(({ memory }) => memory === null || memory.alertKey === null)
    .map(({ memory }) => (memory === null ? nowMs : Date.parse(memory.noticedAt)))
  const waitingSinceMs = Math.min(nowMs, ...noticed)
  const current = { kind: group.kind, matters: group.members, waitingSinceMs }
  return { group, decision: decideAlert(lastSentOf(group), current, { nowMs, pace }), pace, folded: 0 }
}

/**
 * The loudest groups have a message each as far as the budget goes; those that the channel does not know yet and for which
 * there is no room are one message together, one of a group interval; news of known ones wait for room. What has become worse
 * never waits.
 */
function withinBudget(
  decided: readonly DecidedGroup[],
  request: ChannelPlanRequest,
): Pick<ChannelPlan, 'messages' | 'waiting'> {
  const due = decided.filter(({ decision }) => decision.reason !== 'none')
  const urgent = due.filter(({ decision }) => decision.reason === 'severity-raised')
  const others = due.filter(({ decision }) => decision.reason !== 'severity-raised')
  const left = Math.max(0, request.budget.messages - urgent.length)
  // one is kept for the message about those that have no room
  const room = others.length > left ? Math.max(0, left - 1) : left
  const over = others.slice(room)
  const storms = foldGroups(
    over.filter(({ group }) => group.thread === null),
    decided,
    request,
  )
  const told = new Set<AlertGroup>([...urgent, ...others.slice(0, room)].map(({ group }) => group))
  const folded = new Set(storms.flatMap(({ group }) => group.key))
  const isKept = ({ group, decision }: DecidedGroup): boolean =>
    !told.has(group) && !folded.has(group.key) && !(group.thread === null && decision.reason !== 'none')
  return {
    messages: [
      ...due.filter(({ group }) => told.has(group) && !folded.has(group.key)),
      ...storms.filter(({ decision }) => decision.reason !== 'none'),
    ],
    waiting: [...decided.filter(isKept), ...storms.filter(({ decision }) => decision.reason === 'none')],
  }
}

/** One group of each kind with the members of all, and of the thread that earlier ones were put into. */
function foldGroups(
  over: readonly DecidedGroup[],
  decided: readonly DecidedGroup[],
  request: ChannelPlanRequest,
): readonly DecidedGroup[] {
  const kinds = [...new Set(over.map(({ group }) => group.kind))]
  return kinds.map((kind) => {
    const some = over.filter(({ group }) => group.kind === kind)
    const known = decided.find(({ group }) => group.key === stormKey(kind))?.group
    const members = [...(known?.members ?? []), ...some.flatMap(({ group }) => group.members)]
    const group = { key: stormKey(kind), kind, thread: known?.thread ?? null, members }
    return { ...decideGroup(group, request), folded: some.length }
  })
}

/** What the group of those is called that a channel has no room for. */
export function stormKey(kind: MatterKind): string {
  return `storm:${kind}`
}

function toMember({ matter, pace, memory }: JudgedMatter): GroupMember {
  return { matter, hold: null, pace, memory }
}

function toldMembers(request: ChannelPlanRequest, judged: readonly JudgedMatter[]): readonly GroupMember[] {
  const now = new Map(judged.map((one) => [one.matter.id, one]))
  const open = new Set(request.threads.map(({ alertKey }) => alertKey))
  return request.memory.flatMap((memory): readonly GroupMember[] => {
    if (memory.alertKey === null || !open.has(memory.alertKey)) return []
    const one = now.get(memory.matter)
    if (one === undefined) {
      const state = request.stacks.has(memory.stack) ? 'over' : 'firing'
      return [{ matter: remembered(memory, state), hold: null, pace: null, memory }]
    }
    const { verdict } = one
    const hold = verdict === 'muted' || verdict === 'inactive' || verdict === 'inhibited' ? verdict : null
    return [{ matter: one.matter, hold, pace: one.pace, memory }]
  })
}

/** A matter as the channel knows it: of a stack that is not looked at, or one that is there no longer. */
function remembered(memory: MatterMemory, state: Matter['state']): Matter {
  const { kind, stack, mark, content, severity, cause } = memory
  return {
    id: memory.matter,
    kind,
    stack,
    state,
    mark,
    content,
    severity,
    cause,
    since: memory.noticedAt,
    delayMs: 0,
    changesAtMs: null,
    record: null,
  }
}

function nextTimes(
  { messages, waiting, judged }: Pick<ChannelPlan, 'messages' | 'waiting' | 'judged'>,
  { nowMs, stacks, budget }: ChannelPlanRequest,
): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  const look = (stack: string, atMs: number): void => {
    if (stacks.has(stack)) times.set(stack, Math.min(atMs, times.get(stack) ?? atMs))
  }
  const lookAll = ({ group }: DecidedGroup, atMs: number): void => {
    for (const { matter } of group.members) look(matter.stack, atMs)
  }
  for (const { matter, untilMs } of judged) if (untilMs !== null) look(matter.stack, untilMs)
  for (const one of messages) lookAll(one, nowMs + one.pace.groupIntervalMs)
  for (const one of waiting) {
    const { next, reason } = one.decision
    if (next !== null) lookAll(one, reason === 'none' ? next.atMs : Math.max(budget.freesAtMs, nowMs + 1))
  }
  return times
}
