import type { CheckResult, Plan } from '../plan-json/plan-json.js'
import type { Verdict } from './decide-verdict.js'
import type { PlanDiagnostic } from './plan-diagnostic.js'

/** A failed assertion with the verdict on it. */
export interface FailedCheck {
  readonly check: CheckResult
  readonly verdict: Verdict
}

/** Summaries of the errors by which Terraform and OpenTofu report a failed condition of a resource or output. */
const CONDITION_SUMMARIES: ReadonlySet<string> = new Set([
  'Resource precondition failed',
  'Resource postcondition failed',
  'Module output value precondition failed',
])

/** Failed `check` blocks, preconditions and postconditions. A variable's failed validation is an error, no check. */
export function classifyChecks(plan: Plan): readonly FailedCheck[] {
  return plan.failedChecks
    .filter((check) => check.kind !== 'var')
    .map((check) => ({
      check,
      verdict: {
        kind: 'check',
        action: 'none',
        correctable: false,
        changes: [],
        detail: check.messages.length > 0 ? check.messages.join('\n') : 'The condition does not hold.',
      },
    }))
}

/** True for a plan that stopped for nothing but failed conditions (correction e). */
export function isStoppedByConditions(
  checks: readonly FailedCheck[],
  diagnostics: readonly PlanDiagnostic[],
): boolean {
  const hasCondition = checks.some(({ check }) => check.kind === 'resource' || check.kind === 'output_value')
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  return hasCondition && errors.every((error) => CONDITION_SUMMARIES.has(error.summary))
}

/** One record for each address: a resource may have several conditions that fail. */
export function joinByAddress(checks: readonly FailedCheck[]): readonly FailedCheck[] {
  const byAddress = new Map<string, FailedCheck>()
  for (const found of checks) {
    const other = byAddress.get(found.check.address)
    const details = [other?.verdict.detail, found.verdict.detail].filter((detail) => detail)
    const detail = [...new Set(details)].join('\n')
    byAddress.set(found.check.address, { ...found, verdict: { ...found.verdict, detail } })
  }
  return [...byAddress.values()]
}
