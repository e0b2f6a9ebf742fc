import type { StackFacts } from '../../domain/alert-matter.js'
import type { AlertEnding } from '../../domain/alert-message.js'
import type { Drift } from '../../domain/drift.js'
import type { MessageContext } from './message-parts.js'

/** How something that was told as open ended; null where that is not known any more. */
export function endingOf(
  drift: Drift | undefined,
  facts: Pick<StackFacts, 'isKnown'> | undefined,
): AlertEnding | null {
  if (drift?.state === 'resolved') return drift.resolution
  if (drift?.state === 'ignored') return 'accepted'
  return facts?.isKnown === false ? 'unconfigured' : null
}

/** When it ended, ISO 8601, UTC: what no scan resolved is over as of the message that says so. */
export function endedAt(drift: Drift | undefined, { nowMs }: Pick<MessageContext, 'nowMs'>): string {
  const resolvedAt = drift?.state === 'resolved' ? drift.resolvedAt : null
  return resolvedAt ?? new Date(nowMs).toISOString()
}
