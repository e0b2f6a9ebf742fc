import type { ScheduledStack } from './scheduled-stack.js'

/** How many stacks with one value of a label may be scanned at once, by the label's key. */
export type MaxConcurrent = Readonly<Record<string, number>>

/** Which stacks share a limit. */
export interface LabelLimits {
  /**
   * The stacks of which none may be started beside those that run. Where one was told by the far side to ask less often,
   * that holds for all that share a value with it: they go one by one.
   */
  blockedBeside(running: Iterable<string>, throttled: Iterable<string>): ReadonlySet<string>
}

interface Group {
  readonly limit: number
  readonly members: string[]
}

/** Groups stacks by the labels that have limits. A stack without such a label is not limited by it. */
export function createLabelLimits(
  stacks: readonly ScheduledStack[],
  maxConcurrent: MaxConcurrent,
): LabelLimits {
  const groupsOf = groupStacks(stacks, maxConcurrent)
  return {
    blockedBeside(running, throttled) {
      const slow = new Set([...throttled].flatMap((stack) => groupsOf.get(stack) ?? []))
      const counts = new Map<Group, number>()
      for (const group of [...running].flatMap((stack) => groupsOf.get(stack) ?? [])) {
        counts.set(group, (counts.get(group) ?? 0) + 1)
      }
      const full = [...counts].filter(([group, count]) => count >= (slow.has(group) ? 1 : group.limit))
      return new Set(full.flatMap(([group]) => group.members))
    },
  }
}

function groupStacks(
  stacks: readonly ScheduledStack[],
  maxConcurrent: MaxConcurrent,
): ReadonlyMap<string, readonly Group[]> {
  const groups = new Map<string, Group>()
  const groupsOf = new Map<string, Group[]>()
  for (const { name, labels } of stacks) {
    for (const [key, limit] of Object.entries(maxConcurrent)) {
      const value = labels[key]
      if (value === undefined) continue
      const group = groups.get(`${key}=${value}`) ?? { limit, members: [] }
      groups.set(`${key}=${value}`, group)
      group.members.push(name)
      groupsOf.set(name, [...(groupsOf.get(name) ?? []), group])
    }
  }
  return groupsOf
}
