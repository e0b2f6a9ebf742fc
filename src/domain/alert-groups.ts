import type { Matter, MatterKind } from './alert-matter.js'
import type { AlertThread, MatterMemory } from './alert-memory.js'
import type { AlertPace, Hold, LastSent } from './alert-reason.js'
import { compareSeverities, type Severity } from './severity.js'

/** A matter of a group, with what its channel knows of it. */
export interface GroupMember {
  readonly matter: Matter
  readonly hold: Hold | null
  /** How fast its route wants it told; null: no route brings it here any more, but it was told here once. */
  readonly pace: AlertPace | null
  /** Null: noticed just now. */
  readonly memory: MatterMemory | null
}

/** Matters that one channel is told of in one message. */
export interface AlertGroup {
  readonly key: string
  readonly kind: MatterKind
  /** Null: nothing was told yet. */
  readonly thread: AlertThread | null
  readonly members: readonly GroupMember[]
}

/** What decides which group a matter is told in. */
export interface GroupingContext {
  /** All that the channel knows or has noticed, of every stack that shares a cause with one of the matters. */
  readonly memory: readonly MatterMemory[]
  readonly threads: readonly AlertThread[]
  /** From so many stacks on, matters of one cause are one group. */
  readonly causeStacks: number
}

/**
 * Puts what a channel does not know yet into groups: by cause where a thread of that cause is open or enough stacks share it,
 * else by stack; what was told stays in its thread. In no particular order.
 */
export function groupMatters(
  told: readonly GroupMember[],
  fresh: readonly GroupMember[],
  context: GroupingContext,
): readonly AlertGroup[] {
  const byKey = new Map<string, GroupMember[]>()
  const threadByKey = new Map(context.threads.map((thread) => [thread.groupKey, thread]))
  const keyByThread = new Map(context.threads.map((thread) => [thread.alertKey, thread.groupKey]))
  const stacksOf = stacksByCause(fresh, context.memory)
  const add = (key: string, member: GroupMember): void => {
    const members = byKey.get(key)
    if (members === undefined) byKey.set(key, [member])
    else members.push(member)
  }
  for (const member of told) add(keyByThread.get(member.memory?.alertKey ?? '') ?? '', member)
  for (const member of fresh) {
    const { kind, stack, cause } = member.matter
    const isShared =
      cause !== null && (threadByKey.has(cause) || (stacksOf.get(cause)?.size ?? 0) >= context.causeStacks)
    add(isShared ? cause : `${kind}:${stack}`, member)
  }
  byKey.delete('')
  return [...byKey].flatMap(([key, members]) => {
    const [first] = members
    return first === undefined
      ? []
      : [{ key, kind: first.matter.kind, thread: threadByKey.get(key) ?? null, members }]
  })
}

/** What a channel was last told of a group; null: nothing. */
export function lastSentOf({ thread, members }: AlertGroup): LastSent | null {
  if (thread === null) return null
  const told = members.flatMap(({ matter, memory }) =>
    memory === null || memory.alertKey === null ? [] : [[matter.id, memory] as const],
  )
  return {
    atMs: Date.parse(thread.sentAt),
    repeats: thread.repeats,
    isAnnounced: thread.sequence > thread.lost,
    told: new Map(told),
  }
}

/** The loudest of what is there now, or of what was told. */
export function severityOf({ members }: AlertGroup): Severity {
  return loudest(members)?.matter.severity ?? 'info'
}

/** The pace of the loudest member that a route brings here. */
export function paceOf({ members }: AlertGroup, fallback: AlertPace): AlertPace {
  return loudest(members.filter(({ pace }) => pace !== null))?.pace ?? fallback
}

/** Sorts groups into the order in which they are to be told: louder, more stacks, more matters, older. */
export function rankGroups<Item extends { readonly group: AlertGroup }>(
  items: readonly Item[],
): readonly Item[] {
  const ranks = new Map(items.map((item) => [item, rankOf(item.group)]))
  const byRank = (a: Item, b: Item): number => {
    const [left, right] = [ranks.get(a), ranks.get(b)]
    return left === undefined || right === undefined ? 0 : compareRanks(left, right)
  }
  return items.toSorted(byRank)
}

interface Rank {
  readonly severity: Severity
  readonly stacks: number
  readonly matters: number
  readonly since: string
  readonly key: string
}

function rankOf(group: AlertGroup): Rank {
  const stacks = new Set(group.members.map(({ matter }) => matter.stack)).size
  const since = group.members.reduce(
    (first, { matter }) => (matter.since < first ? matter.since : first),
    '9999',
  )
  return { severity: severityOf(group), stacks, matters: group.members.length, since, key: group.key }
}

function compareRanks(a: Rank, b: Rank): number {
  return (
    compareSeverities(a.severity, b.severity) ||
    b.stacks - a.stacks ||
    b.matters - a.matters ||
    compareText(a.since, b.since) ||
    compareText(a.key, b.key)
  )
}

function stacksByCause(
  fresh: readonly GroupMember[],
  memory: readonly MatterMemory[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const stacks = new Map<string, Set<string>>()
  for (const { cause, stack } of [...fresh.map(({ matter }) => matter), ...memory]) {
    if (cause === null) continue
    const known = stacks.get(cause)
    if (known === undefined) stacks.set(cause, new Set([stack]))
    else known.add(stack)
  }
  return stacks
}

function loudest(members: readonly GroupMember[]): GroupMember | undefined {
  return members.reduce<GroupMember | undefined>(
    (best, member) =>
      best === undefined || compareSeverities(member.matter.severity, best.matter.severity) < 0
        ? member
        : best,
    undefined,
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
