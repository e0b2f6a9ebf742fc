import type { Action, AttributePath, Finding, Kind } from './record.js'
import type { Severity } from './severity.js'

/**
 * One line of the severity table. Every condition that is given must hold; `path` holds when the
 * rule's test accepts every changed attribute of the finding (a tag beside an open port is no mere tag),
 * unless `anyPath` asks for at least one.
 */
export interface SeverityRule {
  readonly resourceType?: (resourceType: string) => boolean
  readonly address?: (address: string) => boolean
  readonly kinds?: readonly Kind[]
  readonly actions?: readonly Action[]
  readonly everyPath?: (path: AttributePath) => boolean
  readonly anyPath?: (path: AttributePath) => boolean
  readonly severity: Severity
  /** Why, for people, as the end of a sentence: `it decides who may do what`. */
  readonly why: string
}

/** The severity of a finding: the first rule that matches, else `medium`; informational findings are `info`. */
export function decideSeverity(finding: Finding, rules: readonly SeverityRule[]): Severity {
  if (finding.kind === 'informational') return 'info'
  return rules.find((rule) => matchesRule(finding, rule))?.severity ?? 'medium'
}

/** Why a record has its severity; null where no rule is about it, or the rules have become others since it was scanned. */
export function explainSeverity(
  record: Finding & { readonly severity: Severity },
  rules: readonly SeverityRule[],
): string | null {
  if (record.kind === 'informational') return null
  const rule = rules.find((one) => matchesRule(record, one))
  return rule?.severity === record.severity ? rule.why : null
}

function matchesRule(finding: Finding, rule: SeverityRule): boolean {
  const paths = finding.changes.map((change) => change.path)
  if (rule.resourceType && !(finding.resourceType !== null && rule.resourceType(finding.resourceType)))
    return false
  if (rule.address && !rule.address(finding.address)) return false
  if (rule.kinds && !rule.kinds.includes(finding.kind)) return false
  if (rule.actions && !rule.actions.includes(finding.action)) return false
  if (rule.everyPath && !(paths.length > 0 && paths.every(rule.everyPath))) return false
  if (rule.anyPath && !paths.some(rule.anyPath)) return false
  return true
}
