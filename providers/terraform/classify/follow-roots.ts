import type { Plan, ResourceDelta } from '../plan-json/plan-json.js'
import { configAddressOf } from '../plan-json/resource-address.js'
import type { Verdict } from './decide-verdict.js'
import type { JudgedPaths } from './resource-paths.js'

/** A resource with what was made of it so far. */
export interface Judged {
  readonly resource: ResourceDelta
  readonly paths: JudgedPaths
  readonly verdict: Verdict
}

/**
 * Which drifted resource each planned change with nothing but unknown values follows from, by the address of what follows:
 * everything that is encrypted by a key is planned to change when the key is to be made anew (correction f).
 * What depends on unapplied code as well is not in it.
 */
export function followRoots(plan: Plan, judged: readonly Judged[]): ReadonlyMap<string, string> {
  const dependencies = new Map(plan.stateResources.map((state) => [state.address, state.dependsOn]))
  const candidates = judged.filter(isFollower)
  const names = new Set(candidates.map(({ resource }) => resource.resource.address))
  const settled = judged.filter(({ resource }) => !names.has(resource.resource.address))
  const drifted = new Map(settled.filter(isDriftRoot).map((item) => rootOf(item)))
  const pending = new Set(
    settled.filter(isPendingRoot).map(({ resource }) => configAddressOf(resource.resource)),
  )
  const follows = new Map<string, string>()
  // a follower may have followers: at most as many rounds as there are candidates
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const { resource, paths } of candidates) {
      if (follows.has(resource.resource.address)) continue
      const causes = causesOf(resource, paths, dependencies.get(resource.resource.address) ?? [])
      if (causes.some((cause) => pending.has(cause))) continue
      const root = causes.map((cause) => drifted.get(cause)).find((found) => found !== undefined)
      if (root === undefined) continue
      follows.set(resource.resource.address, root)
      drifted.set(configAddressOf(resource.resource), root)
      isGrowing = true
    }
  }
  return follows
}

function isFollower({ paths, resource }: Judged): boolean {
  const isPlanned = resource.action === 'update' || resource.action === 'replace'
  return isPlanned && paths.unknown.length > 0
}

function isDriftRoot({ verdict }: Judged): boolean {
  return (verdict.kind === 'deleted' || verdict.kind === 'changed') && verdict.action !== 'none'
}

function isPendingRoot({ verdict }: Judged): boolean {
  return verdict.kind === 'pending' || verdict.kind === 'conflict'
}

function rootOf({ resource }: Judged): readonly [string, string] {
  return [configAddressOf(resource.resource), resource.resource.address]
}

/** What the unknown values refer to; where that is not resources by name, everything the resource depends on. */
function causesOf(
  resource: ResourceDelta,
  paths: JudgedPaths,
  dependsOn: readonly string[],
): readonly string[] {
  const references = paths.unknown.flatMap(({ setting }) =>
    setting.kind === 'expression' ? setting.references : [],
  )
  const isDirect = references.length > 0 && references.every((reference) => !INDIRECT.test(reference))
  if (!isDirect) return [...dependsOn, ...direct(resource, references)]
  return direct(resource, references)
}

/** References through which the plan JSON does not say what is meant. */
const INDIRECT = /^(?:local|var|each|count|data|module|self|path|terraform)\./

/** `aws_kms_key.k.arn` is `aws_kms_key.k`, in the module of the resource that refers to it. */
function direct(resource: ResourceDelta, references: readonly string[]): readonly string[] {
  return references
    .filter((reference) => !INDIRECT.test(reference))
    .flatMap((reference) => {
      const match = /^([\w-]+)\.([\w-]+)/.exec(reference)
      if (match === null) return []
      const [, type = '', name = ''] = match
      return [configAddressOf({ ...resource.resource, mode: 'managed', type, name })]
    })
}
