import type { StackFacts } from '../domain/alert-matter.js'
import { routeFactsOf } from '../domain/alert-policy.js'
import type { Drift } from '../domain/drift.js'
import type { DispatchParts } from './dispatch-parts.js'
import { lookAtStacks } from './look-at-stacks.js'
import type { TimedMessage } from './timed-message.js'

/** Every stack, and all drift of it that is kept. */
export interface Fleet {
  readonly stacks: readonly StackFacts[]
  readonly drifts: readonly Drift[]
}

const STACKS_AT_ONCE = 500

/** Reads what a timed message tells of; of drift that was resolved longer ago than `sinceMs` nothing is kept. */
export async function readFleet(
  parts: DispatchParts,
  { matches }: Pick<TimedMessage, 'matches'>,
  { nowMs, sinceMs }: { readonly nowMs: number; readonly sinceMs: number },
): Promise<Fleet> {
  const known = new Map((await parts.stacks()).map((stack) => [stack.name, stack]))
  const names = [...known.keys()].toSorted()
  const stacks: StackFacts[] = []
  const drifts: Drift[] = []
  const isRecent = ({ resolvedAt, state }: Drift): boolean =>
    state !== 'resolved' || (resolvedAt !== null && Date.parse(resolvedAt) > sinceMs)
  for (let start = 0; start < names.length; start += STACKS_AT_ONCE) {
    const some = names.slice(start, start + STACKS_AT_ONCE)
    const view = await lookAtStacks(parts, { names: some, known, unignored: new Set(), nowMs })
    const taken = view.matters.filter((matter) => {
      const facts = view.facts.get(matter.stack)
      return facts !== undefined && matches(routeFactsOf(matter, facts))
    })
    drifts.push(...taken.flatMap(({ id }) => view.drifts.get(id) ?? []).filter(isRecent))
    // a stack is counted where the message tells of any of its matters or of its scans
    const told = new Set(taken.map(({ stack }) => stack))
    stacks.push(...[...view.facts.values()].filter(({ name }) => told.has(name)))
  }
  return { stacks, drifts }
}
