import { isExpired } from './ignore-rule.js'

/**
 * How an ignore rule stands. `expired`: its last day is over; `new`: has ignored nothing yet, and is not old; `dead`: has
 * ignored nothing for long; `active`: has ignored something lately.
 */
export const RULE_STATES = ['active', 'new', 'dead', 'expired'] as const
export type RuleState = (typeof RULE_STATES)[number]

/** A rule that ignored nothing for so long protects nothing: it only hides what may come. */
const DEAD_AFTER_MS = 30 * 24 * 60 * 60_000

/** What is known of a rule. Times are ISO 8601, UTC. */
export interface RuleFacts {
  readonly until: string
  readonly since: string
  readonly lastHitAt: string | null
}

/** How many rules accept nothing any more: those that have ended, and those that matched nothing for 30 days. */
export interface IdleRules {
  readonly expired: number
  readonly dead: number
}

/** Counts the rules that somebody should take out or renew. */
export function countIdleRules(rules: readonly RuleFacts[], now: string): IdleRules {
  const states = rules.map((rule) => decideRuleState(rule, now))
  const count = (state: RuleState): number => states.filter((one) => one === state).length
  return { expired: count('expired'), dead: count('dead') }
}

/** How a rule stands at a time. */
export function decideRuleState({ until, since, lastHitAt }: RuleFacts, now: string): RuleState {
  if (isExpired(until, now)) return 'expired'
  const isQuiet = Date.parse(now) - Date.parse(lastHitAt ?? since) > DEAD_AFTER_MS
  if (isQuiet) return 'dead'
  return lastHitAt === null ? 'new' : 'active'
}
