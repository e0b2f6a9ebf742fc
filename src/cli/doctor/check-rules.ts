import { countIdleRules } from '../../domain/rule-state.js'
import { idleRulesText } from '../../lib/text/idle-rules-text.js'
import type { KnownIgnoreRule } from '../../store/drift-store.js'
import { type Check, ok, warning } from './check.js'

const RULES = { area: 'configuration', what: 'ignore rules' } as const

/** Do the ignore rules that scans have read still accept anything? Nothing is said where there are none. */
export function checkRules(rules: readonly KnownIgnoreRule[], now: string): readonly Check[] {
  if (rules.length === 0) return []
  const idle = idleRulesText(countIdleRules(rules, now))
  if (idle !== '') return [warning({ ...RULES, detail: idle }, 'driftd ignore --list')]
  return [ok({ ...RULES, detail: `${rules.length}, all of them in force` })]
}
