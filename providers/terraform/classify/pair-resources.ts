import type { Plan, ResourceDelta } from '../plan-json.js'
import type { ResourcePair } from './resource-paths.js'

/**
 * Drift and change of each resource instance, matched by address and deposed key, or by the address before a move.
 * Every entry of the plan is in exactly one pair.
 */
export function pairResources(plan: Plan): readonly ResourcePair[] {
  const drifts = new Map(plan.drifts.map((drift) => [keyOf(drift.resource.address, drift.deposed), drift]))
  const pairs: ResourcePair[] = []
  for (const change of plan.changes) {
    const key = matchingKey(change, drifts)
    pairs.push({ drift: key === null ? null : (drifts.get(key) ?? null), change })
    if (key !== null) drifts.delete(key)
  }
  return [...pairs, ...[...drifts.values()].map((drift) => ({ drift, change: null }))]
}

function matchingKey(change: ResourceDelta, drifts: ReadonlyMap<string, ResourceDelta>): string | null {
  const { resource, previousAddress, deposed } = change
  const addresses = previousAddress === null ? [resource.address] : [resource.address, previousAddress]
  return addresses.map((address) => keyOf(address, deposed)).find((key) => drifts.has(key)) ?? null
}

function keyOf(address: string, deposed: string | null): string {
  return JSON.stringify([address, deposed])
}
