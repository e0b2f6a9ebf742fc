import type { Plan, ResourceDelta } from '../plan-json/plan-json.js'
import { configAddressOf } from '../plan-json/resource-address.js'
import { decideVerdict, type Verdict, type VerdictEvidence } from './decide-verdict.js'
import { followRoots, type Judged } from './follow-roots.js'
import { judgePaths, type PathContext, type ResourcePair, saysWhatCodeWants } from './resource-paths.js'

/** The verdict on one resource instance. */
export interface ResourceVerdict {
  readonly resource: ResourceDelta
  readonly verdict: Verdict
  /** A schema might have made it informational. */
  readonly lacksSchema: boolean
}

/** The verdicts on all resources of a plan of which something is to be said. */
export function classifyResources(context: PathContext): readonly ResourceVerdict[] {
  const { plan } = context
  const evidence = pairUp(plan).flatMap((pair) => {
    const resource = pair.change ?? pair.drift
    return resource === null ? [] : [{ resource, evidence: evidenceOf(pair, resource, context) }]
  })
  const judged: Judged[] = evidence.flatMap(({ resource, evidence }) => {
    const verdict = decideVerdict(evidence)
    return verdict === null ? [] : [{ resource, paths: evidence.paths, verdict }]
  })
  const follows = followRoots(plan, judged)
  return evidence.flatMap(({ resource, evidence }) => {
    const followsFrom = follows.get(resource.resource.address) ?? null
    const verdict = decideVerdict({ ...evidence, followsFrom })
    const lacksSchema = evidence.paths.lacksSchema
    return verdict === null ? [] : [{ resource, verdict, lacksSchema }]
  })
}

function evidenceOf(pair: ResourcePair, resource: ResourceDelta, context: PathContext): VerdictEvidence {
  return {
    pair,
    paths: judgePaths(pair, context),
    saysWhatCodeWants: saysWhatCodeWants(context.plan),
    isInCode: context.plan.configured.has(configAddressOf(resource.resource)),
    followsFrom: null,
  }
}

/** Drift and change of one instance belong together by address and deposed key; drift may know it by its former address. */
function pairUp(plan: Plan): readonly ResourcePair[] {
  const drifts = new Map(plan.drifts.map((drift) => [keyOf(drift.resource.address, drift.deposed), drift]))
  const paired = new Set<ResourceDelta>()
  const pairs = plan.changes.map((change): ResourcePair => {
    const drift =
      drifts.get(keyOf(change.resource.address, change.deposed)) ??
      drifts.get(keyOf(change.previousAddress ?? '', change.deposed)) ??
      null
    if (drift !== null) paired.add(drift)
    return { drift, change }
  })
  const alone = plan.drifts.filter((drift) => !paired.has(drift))
  return [...pairs, ...alone.map((drift) => ({ drift, change: null }))]
}

function keyOf(address: string, deposed: string | null): string {
  return JSON.stringify([address, deposed])
}
