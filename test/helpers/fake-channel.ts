import type { Channel, DeliveryOutcome, ThreadMemory } from '../../src/alert/channel.js'
import type { AlertMessage } from '../../src/domain/alert-message.js'

/** One attempt to deliver. */
export interface Attempt {
  readonly message: AlertMessage
  readonly thread: ThreadMemory
}

/** What a fake channel is, and what it was asked to deliver. */
export interface FakeChannel extends Channel {
  /** Every attempt, in order. */
  readonly attempts: readonly Attempt[]
  /** Messages that arrived, in order. */
  readonly arrived: readonly AlertMessage[]
}

export const DELIVERED: DeliveryOutcome = { status: 'delivered', receipt: null, warning: null }
export const RETRY: DeliveryOutcome = { status: 'retry', problem: 'no answer', retryAfterMs: null }

/** A channel that answers what `answer` says, delivered by default. */
export function fakeChannel(
  name: string,
  answer: (message: AlertMessage, signal: AbortSignal) => DeliveryOutcome | Promise<DeliveryOutcome> = () =>
    DELIVERED,
  minIntervalMs = 0,
): FakeChannel {
  const attempts: Attempt[] = []
  const arrived: AlertMessage[] = []
  return {
    name,
    type: 'fake',
    minIntervalMs,
    attempts,
    arrived,
    async deliver(message, thread, signal) {
      attempts.push({ message, thread })
      const outcome = await answer(message, signal)
      if (outcome.status === 'delivered') arrived.push(message)
      return outcome
    },
  }
}
