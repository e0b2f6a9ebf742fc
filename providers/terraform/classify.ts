import { DriftError } from '../../src/domain/errors.js'
import type { AttributePath, Finding, Source } from '../../src/domain/record.js'
import type { Coverage, ScanWarning } from '../../src/domain/scan.js'
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
 * The verdict on a plan. Throws PLAN_INCOMPLETE for a plan that stopped for another reason than a failed condition.
 */
export function classifyPlan(request: ClassifyRequest): Classification {
  throw new DriftError('INTERNAL', `not yet classified: ${request.stack}`)
}
