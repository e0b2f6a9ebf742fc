import { countOf } from '../../lib/text/count-of.js'
import type { DeliveryOutcome } from '../channel.js'
import type { MailResult, Refusal } from './mail-result.js'

/** What an attempt means for the message, and who must not get it again. */
export interface MailDecision {
  readonly outcome: DeliveryOutcome
  /** Everybody who has it by now. */
  readonly reached: ReadonlySet<string>
}

const MAX_NAMED = 5

/**
 * Delivered where everybody has it, or can never have it and somebody does; tried again for those who were only put off;
 * rejected where nobody ever takes it. `reachedBefore`: who had it from an earlier attempt.
 */
export function decideMailOutcome(result: MailResult, reachedBefore: ReadonlySet<string>): MailDecision {
  if (result.status === 'failed') {
    const { problem, isPermanent } = result
    if (!isPermanent)
      return { outcome: { status: 'retry', problem, retryAfterMs: null }, reached: reachedBefore }
    // those who have it have it
    if (reachedBefore.size === 0) return { outcome: { status: 'rejected', problem }, reached: reachedBefore }
    return { outcome: { status: 'delivered', receipt: null, warning: problem }, reached: reachedBefore }
  }
  const { accepted, refused } = result
  const reached = new Set([...reachedBefore, ...accepted])
  const total = reached.size + refused.length
  const problem = `${refused.length} of ${countOf(total, 'recipient')} refused: ${refusalsText(refused)}`
  if (refused.some(({ isPermanent }) => !isPermanent)) {
    return { outcome: { status: 'retry', problem, retryAfterMs: null }, reached }
  }
  if (reached.size === 0) return { outcome: { status: 'rejected', problem }, reached }
  const warning = refused.length === 0 ? null : problem
  return { outcome: { status: 'delivered', receipt: null, warning }, reached }
}

function refusalsText(refused: readonly Refusal[]): string {
  const named = refused.slice(0, MAX_NAMED).map(({ address, reply }) => `${address} (${reply})`)
  const more = refused.length > MAX_NAMED ? [`${refused.length - MAX_NAMED} more`] : []
  return [...named, ...more].join(', ')
}
