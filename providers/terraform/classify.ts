import { type AttributePath, compareRecords, type Finding, type Source } from '../../src/domain/record.js'
import type { Coverage, ScanWarning } from '../../src/domain/scan.js'
import { coverageRatio } from '../../src/domain/verdict.js'
import { createRedactor } from '../../src/lib/redact.js'
import { checkFinding, type FindingTools, outputFinding, resourceFinding } from './classify/findings.js'
import { judgeResource } from './classify/judge-resource.js'
import { settleKnockOns } from './classify/knock-on.js'
import { Mirror } from './classify/mirror.js'
import { pairResources } from './classify/pair-resources.js'
import { requireJudgeable } from './classify/stopped-plan.js'
import type { Plan, ResourceAddress } from './plan-json.js'
import type { SchemaFlags } from './schema-flags.js'

/** An error or warning of the engine's `-json` stream. */
export interface PlanDiagnostic {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail: string
  /** The resource it belongs to, where the engine says so. */
  readonly address: string | null
}

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

/**
 * The verdict on a plan, by the rules of README.md. Throws PLAN_INCOMPLETE for a plan that stopped for another reason
 * than a failed condition of the code.
 */
export function classifyPlan(request: ClassifyRequest): Classification {
  const { plan, schema, secrets, ignoreChangesOf } = request
  requireJudgeable(plan, request.diagnostics)
  const secretValues = [...new Set([...plan.secretValues, ...secrets])]
  const tools: FindingTools = { request, redactor: createRedactor(secretValues) }
  const context = { plan, schema, mirror: new Mirror(plan), ignoreChangesOf }
  const judged = pairResources(plan).flatMap((pair) => judgeResource(pair, context) ?? [])
  const verdicts = settleKnockOns(judged)
  const findings = [
    ...verdicts.map((verdict) => resourceFinding(verdict, tools)),
    ...plan.failedChecks.map((check) => checkFinding(check, tools)),
    ...plan.outputs.map((output) => outputFinding(output, tools)),
  ].sort(compareRecords)
  const coverage = coverageOf(plan)
  return {
    findings,
    coverage,
    coverageRatio: coverageRatio(coverage),
    isPartial: !plan.isComplete,
    warnings: verdicts.some(({ lacksSchema }) => lacksSchema) ? [SCHEMA_WARNING] : [],
    secretValues,
  }
}

const SCHEMA_WARNING: ScanWarning = {
  code: 'SCHEMA_UNAVAILABLE',
  message:
    'schema unavailable: what the schema would tell apart is reported as changed, and not correctable; give --schema-json, or scan the folder once',
}

/** Verified is what was refreshed: everything in the state, or what a plan came to before it stopped. */
function coverageOf(plan: Plan): Coverage {
  const unverified = plan.unreached.map((what) => ({ what, reason: 'plan-stopped' as const }))
  return {
    verified: Math.max(0, plan.managedCount - unverified.length),
    applicable: plan.managedCount,
    unverified,
    executed: [],
  }
}
