import type { AlertMessage } from '../domain/alert-message.js'
import type { JsonValue } from '../domain/record.js'

/** What went before in the same thread of this channel. */
export interface ThreadMemory {
  /** Receipts of delivered messages with the same `alertKey`, oldest first; opaque to all but the channel. */
  readonly receipts: readonly JsonValue[]
}

/** What came of one attempt. Failure has the shape of success; nothing here holds a secret. */
export type DeliveryOutcome =
  | {
      readonly status: 'delivered'
      /** What later messages of the thread need (ids of messages); null: nothing. */
      readonly receipt: JsonValue
      /** What a person should know although it arrived: a recipient that was refused, a fallback to plain text. */
      readonly warning: string | null
    }
  | {
      readonly status: 'retry'
      readonly problem: string
      /** What the receiver asked for, bounded; null: the dispatcher's own back-off. */
      readonly retryAfterMs: number | null
    }
  | { readonly status: 'rejected'; readonly problem: string }

/** A place where alerts go, as configured. */
export interface Channel {
  /** The name in driftd.yaml. */
  readonly name: string
  readonly type: string
  /** The least time between two messages, in milliseconds (Slack: 1,000). */
  readonly minIntervalMs: number
  /** Delivers one message. Never throws; ends within a minute, or at once when `signal` is aborted (`retry`). */
  deliver(message: AlertMessage, thread: ThreadMemory, signal: AbortSignal): Promise<DeliveryOutcome>
}
