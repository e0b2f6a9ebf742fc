import {
  driftMatter,
  type Matter,
  pendingMatter,
  type StackFacts,
  scanMatter,
} from '../domain/alert-matter.js'
import type { Drift } from '../domain/drift.js'
import type { AlertedStack, DispatchParts } from './dispatch-parts.js'

/** Some stacks as they are now, with everything that channels may be told of them. */
export interface StackView {
  readonly facts: ReadonlyMap<string, StackFacts>
  /** By id of matter. */
  readonly drifts: ReadonlyMap<string, Drift>
  readonly matters: readonly Matter[]
}

/** What is looked at, and what is known beforehand. */
export interface ViewRequest {
  readonly names: readonly string[]
  readonly known: ReadonlyMap<string, AlertedStack>
  /** Fingerprints of drift that is open only because a rule has ended. */
  readonly unignored: ReadonlySet<string>
  readonly nowMs: number
}

/** Reads some stacks from the store. */
export async function lookAtStacks(
  { store, drifts: driftStore, policy }: DispatchParts,
  { names, known, unignored, nowMs }: ViewRequest,
): Promise<StackView> {
  const scans = await store.scanFacts(names)
  const drifts = await driftStore.drifts(names)
  const pending = policy.pendingAfterMs === null ? [] : await store.pendingRecords(names)
  const facts = new Map(
    scans.map(({ stack, ...scan }) => [
      stack,
      { ...(known.get(stack) ?? unknownStack(stack)), ...scan, isKnown: known.has(stack) },
    ]),
  )
  const driftMatters = drifts.map((drift) => {
    const matter = driftMatter(drift, {
      nowMs,
      isUnignored: unignored.has(drift.fingerprint),
      pluginChange: facts.get(drift.stack)?.pluginChange ?? null,
    })
    // nobody looks at the drift of a stack any more that is configured no longer
    return known.has(drift.stack) ? matter : { ...matter, state: 'over' as const }
  })
  const { failingAfter, pendingAfterMs } = policy
  return {
    facts,
    drifts: new Map(drifts.map((drift) => [`drift:${drift.fingerprint}`, drift])),
    matters: [
      ...[...facts.values()].map((stack) => scanMatter(stack, { nowMs, failingAfter })),
      ...driftMatters,
      ...pending.map(({ stack, record }) =>
        pendingMatter(stack, record, { nowMs, delayMs: pendingAfterMs ?? 0 }),
      ),
    ],
  }
}

function unknownStack(name: string): AlertedStack {
  return { name, provider: 'unknown', repository: null, labels: {}, maxAgeMs: 0 }
}
