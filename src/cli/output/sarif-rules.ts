import type { Kind } from '../../domain/record.js'
import type { StackStatus } from '../../domain/stack-status.js'

/** A reportingDescriptor of SARIF (3.49). */
export interface SarifRule {
  readonly id: string
  readonly name: string
  readonly shortDescription: { readonly text: string }
  readonly fullDescription: { readonly text: string }
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' | 'none' }
}

/** One rule for each kind of record, in the words of product.md. */
export const KIND_RULES: readonly (SarifRule & { readonly id: Kind })[] = [
  rule('changed', 'Changed outside the code', 'It exists, and something outside the code changed it.'),
  rule('deleted', 'Declared, but gone', 'The code declares it, and it is not there.'),
  rule('conflict', 'Changed outside and in the code', 'It changed both outside and in the code.'),
  rule('unmanaged', 'Not in any code', 'It exists, and no stack declares it.'),
  rule('check', 'Failed assertion', 'An assertion of the code (a check block or a condition) fails.'),
  rule(
    'pending',
    'Unapplied code',
    'The code says so, and nobody has applied it yet. This is no drift.',
    'none',
  ),
  rule('informational', 'Informational', 'A true difference that no one needs to act on.', 'none'),
]

/** What a status of a stack can say that a person should know of. */
export type StatusRuleId = `stack-${StackStatus['status'] | 'stale'}`

/** One rule for each status that is no green light. */
export const STATUS_RULES: readonly (SarifRule & { readonly id: StatusRuleId })[] = [
  rule('stack-drifted', 'The stack has drifted', 'The last scan saw drift.'),
  rule('stack-failed', 'The last scan failed', 'The last scan has no verdict.', 'error'),
  rule('stack-incomplete', 'The last scan was incomplete', 'Part of the stack could not be verified.'),
  rule('stack-unknown', 'Never scanned', 'No scan of the stack is stored.'),
  rule(
    'stack-stale',
    'The verdict is too old',
    'The last scan with a verdict is older than its maximum age.',
  ),
]

function rule<Id extends string>(
  id: Id,
  title: string,
  meaning: string,
  level: SarifRule['defaultConfiguration']['level'] = 'warning',
): SarifRule & { readonly id: Id } {
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    defaultConfiguration: { level },
  }
}

/** Names of rules are identifiers (3.49.7). */
function pascalCase(id: string): string {
  return id.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())
}
