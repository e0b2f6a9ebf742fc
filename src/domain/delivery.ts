import type { AlertMessage } from './alert-message.js'

/** Where a message to a channel stands. `dead`: given up, and shown until somebody has it sent again. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** One message to one channel. Times are ISO 8601, UTC. */
export interface Delivery {
  readonly message: AlertMessage
  readonly channel: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly createdAt: string
  readonly nextAttemptAt: string
  /** An attempt that fails after this is the last one. */
  readonly giveUpAt: string
  readonly deliveredAt: string | null
  /** What went wrong last, or what to know although it arrived; null: nothing. Free of secrets. */
  readonly problem: string | null
}

/** A delivery as lists show it. */
export interface DeliveryLine
  extends Omit<Delivery, 'message' | 'giveUpAt'>,
    Pick<AlertMessage, 'id' | 'alertKey' | 'sequence' | 'reason' | 'severity' | 'summary'> {}
