import { DriftError } from '../../../src/domain/errors.js'
import type { PlanDiagnostic } from '../classify.js'
import type { Plan } from '../plan-json.js'

/** `Resource postcondition failed`, `Module output value precondition failed` (Terraform 1.11, internal/terraform/eval_conditions.go). */
const CONDITION_FAILED = /\b(?:pre|post)condition failed$/

/**
 * Lets a plan pass that is complete, or that stopped at a failed condition of the code (shared facts, correction e).
 * Throws PLAN_INCOMPLETE for any other.
 */
export function requireJudgeable(plan: Plan, diagnostics: readonly PlanDiagnostic[] | undefined): void {
  if (plan.isComplete) return
  const errors = (diagnostics ?? []).filter(({ severity }) => severity === 'error')
  const hasFailedCondition = plan.failedChecks.some(
    ({ kind }) => kind === 'resource' || kind === 'output_value',
  )
  if (hasFailedCondition && errors.every(({ summary }) => CONDITION_FAILED.test(summary))) return
  throw new DriftError(
    'PLAN_INCOMPLETE',
    'the plan says of itself that it is errored or not complete, so there is no verdict; run terraform plan by hand to see why',
  )
}
