import { decideRuleState, type RuleFacts } from '../domain/rule-state.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** An ignore rule with what is known of it; times are ISO 8601, UTC. */
export interface RuleLine extends RuleFacts {
  readonly repository: string
  readonly match: string
  readonly reason: string
  readonly owner: string
  readonly hits: number
}

/** `{ schemaVersion, rules }`, each rule as it stands at a time. */
export function rulesDocument(rules: readonly RuleLine[], now: string): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    rules: rules.map((rule) => ({
      repository: rule.repository,
      match: rule.match,
      reason: rule.reason,
      owner: rule.owner,
      until: rule.until,
      state: decideRuleState(rule, now),
      hits: rule.hits,
      lastHitAt: rule.lastHitAt,
      since: rule.since,
    })),
  }
}
