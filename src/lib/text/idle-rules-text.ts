import type { IdleRules } from '../../domain/rule-state.js'
import { countOf } from './count-of.js'

/** `2 ignore rules have expired, 1 ignore rule matched nothing for 30 days`; nothing where all of them do their work. */
export function idleRulesText({ expired, dead }: IdleRules): string {
  const texts = [
    expired === 0 ? '' : `${countOf(expired, 'ignore rule')} ${expired === 1 ? 'has' : 'have'} expired`,
    dead === 0 ? '' : `${countOf(dead, 'ignore rule')} matched nothing for 30 days`,
  ]
  return texts.filter((text) => text !== '').join(', ')
}
