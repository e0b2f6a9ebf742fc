import { DriftError } from '../../../src/domain/errors.js'
import { type AttributePath, compareRecords, type Finding, type Source } from '../../../src/domain/record.js'
import type { Coverage, ScanWarning } from '../../../src/domain/scan.js'
import { coverageRatio } from '../../../src/domain/verdict.js'
import type { OutputDelta, Plan, ResourceAddress } from '../plan-json/plan-json.js'
import type { SchemaFlags } from '../plan-json/schema-flags.js'
import { FindingBuilder, type FindingDraft } from './build-finding.js'
import { classifyChecks, type FailedCheck, isStoppedByConditions, joinByAddress } from './classify-checks.js'
import { classifyOutput } from './classify-outputs.js'
import { classifyResources, type ResourceVerdict } from './classify-resources.js'
import { Mirror } from './mirror.js'
import type { PlanDiagnostic } from './plan-diagnostic.js'

export type { PlanDiagnostic }

/** Everything a classification needs; nothing else is looked at. */
export interface ClassifyRequest {
  readonly plan: Plan
  /** Null: what needs the schema is `changed`, `correctable: false`, and a SCHEMA_UNAVAILABLE warning says so. */
  readonly schema: SchemaFlags | null
  /** The stack's name, or the absolute folder of a one-shot comparison. */
  readonly stack: string
  /** The key of content hashes (32 bytes). */
  readonly key: Buffer
  /** Values that may appear nowhere, beside those the plan marks. */
  readonly secrets: readonly string[]
  /** Where the block of a resource stands in the code, or null where it is not known. */
  readonly sourceOf: (address: ResourceAddress) => Source | null
  /**
   * `lifecycle.ignore_changes` of a resource, which the plan JSON does not have: `all`, or paths such as `['tags', 'Owner']`.
   * Left out (a plan made elsewhere): a value that the code sets and the plan leaves alone is informational anyhow.
   */
  readonly ignoreChangesOf?: (address: ResourceAddress) => 'all' | readonly AttributePath[]
  /**
   * Attributes that `dynamic` blocks of the code make, which the plan JSON does not have either. Left out: such an
   * attribute counts as not set by the code.
   */
  readonly dynamicBlocksOf?: (address: ResourceAddress) => readonly string[]
  /** Diagnostics of the plan: they tell a failed condition (a `check` record) from any other error. */
  readonly diagnostics?: readonly PlanDiagnostic[]
}

/** The verdict on a plan. Free of secrets, but for `secretValues`. */
export interface Classification {
  /** Sorted by compareRecords. */
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  readonly coverageRatio: number
  /** The plan stopped at a failed condition: what it did not reach is unverified. */
  readonly isPartial: boolean
  readonly warnings: readonly ScanWarning[]
  /** Every secret value the plan holds, with those of the request: to scrub diagnostics with. Never store or log. */
  readonly secretValues: readonly string[]
}

/** The verdict on a plan. Throws PLAN_INCOMPLETE for a plan that stopped for another reason than a failed condition. */
export function classifyPlan(request: ClassifyRequest): Classification {
  const { plan } = request
  const checks = classifyChecks(plan)
  if (!plan.isComplete && !isStoppedByConditions(checks, request.diagnostics ?? [])) throw incomplete()
  const secretValues = [...new Set([...plan.secretValues, ...request.secrets])]
  const builder = new FindingBuilder({ stack: request.stack, key: request.key, secrets: secretValues })
  const resources = classifyResources({ ...request, mirror: new Mirror(plan) })
  const findings = [
    ...resources.map((found) => builder.build(resourceDraft(found, request))),
    ...plan.outputs.map((output) => builder.build(outputDraft(output))),
    ...joinByAddress(checks).map((found) => builder.build(checkDraft(found, request))),
  ]
  const coverage = coverageOf(plan, builder)
  return {
    findings: findings.sort(compareRecords),
    coverage,
    coverageRatio: coverageRatio(coverage),
    isPartial: !plan.isComplete,
    warnings: resources.some((found) => found.lacksSchema) ? [NO_SCHEMA] : [],
    secretValues,
  }
}

const NO_SCHEMA: ScanWarning = {
  code: 'SCHEMA_UNAVAILABLE',
  message: 'schema unavailable: what needs it is reported as changed and not correctable',
}

function resourceDraft({ resource, verdict }: ResourceVerdict, { sourceOf }: ClassifyRequest): FindingDraft {
  const { resource: address, deposed } = resource
  const source = sourceOf(address)
  return { address: address.address, deposed, resourceType: address.type, source, verdict }
}

function outputDraft(output: OutputDelta): FindingDraft {
  const verdict = classifyOutput(output)
  return { address: `output.${output.name}`, deposed: null, resourceType: null, source: null, verdict }
}

/** A failed condition shares the address of its resource, whose own record it must not be mistaken for. */
function checkDraft({ check, verdict }: FailedCheck, { sourceOf }: ClassifyRequest): FindingDraft {
  const source = check.resource === null ? null : sourceOf(check.resource)
  const resourceType = check.resource?.type ?? null
  const deposed = check.kind === 'check' ? null : 'condition'
  return { address: check.address, deposed, resourceType, source, verdict }
}

/** What is in the state was refreshed, and so was what is gone; a plan that stopped names what it did not reach. */
function coverageOf(plan: Plan, builder: FindingBuilder): Coverage {
  const gone = plan.drifts.filter((drift) => drift.action === 'delete').length
  const applicable = plan.managedCount + gone
  const unverified = plan.unreached.map((address) => ({
    what: builder.text(address),
    reason: 'plan-stopped' as const,
  }))
  return { applicable, verified: applicable - unverified.length, unverified, executed: [] }
}

function incomplete(): DriftError {
  return new DriftError(
    'PLAN_INCOMPLETE',
    'The plan says that it is errored or not complete, so it has no verdict: see the diagnostics of terraform plan',
  )
}
