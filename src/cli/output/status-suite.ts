import type { StackStatus } from '../../domain/stack-status.js'
import { coverageText, severityCounts } from './scan-headline.js'
import type { CaseOutcome, TestSuite } from './test-suite.js'

/** A case per stack: drift fails; no verdict, none that is whole, or none that is fresh is an error. */
export function statusSuite(stacks: readonly StackStatus[]): TestSuite {
  return {
    name: 'driftd status',
    startedAt: null,
    durationMs: 0,
    cases: stacks.map((stack) => ({
      stack: stack.name,
      name: 'status',
      durationMs: 0,
      source: null,
      outcome: outcomeOf(stack),
    })),
  }
}

function outcomeOf(stack: StackStatus): CaseOutcome {
  const { status, stale, openDrift, coverage, lastGoodScanAt } = stack
  const lines = [
    `${status}${coverage === null ? '' : `, ${coverageText(coverage)}`}`,
    `last good scan: ${lastGoodScanAt ?? 'never'}${stale ? ' (stale)' : ''}`,
  ]
  if (status === 'drifted') {
    return { kind: 'failure', type: status, message: `drifted: ${severityCounts(openDrift)}`, lines }
  }
  const isGreen = (status === 'in-sync' || status === 'pending') && !stale
  if (isGreen) return { kind: 'passed', lines }
  const isOnlyOld = status === 'in-sync' || status === 'pending'
  const message = isOnlyOld ? `stale: the last verdict, ${status}, is too old` : lines.join('; ')
  return { kind: 'error', type: isOnlyOld ? 'stale' : status, message, lines }
}
