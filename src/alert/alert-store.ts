import type { StackFacts } from '../domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../domain/alert-memory.js'
import type { Delivery, DeliveryLine, DeliveryState } from '../domain/delivery.js'
import type { Notice } from '../domain/notice.js'
import type { DriftRecord, JsonValue } from '../domain/record.js'

/** What the scans of a stack say of it. */
export type ScanFacts = Pick<
  StackFacts,
  | 'status'
  | 'commit'
  | 'lastScanAt'
  | 'lastGoodScanAt'
  | 'failures'
  | 'failingSince'
  | 'error'
  | 'pluginChange'
> & { readonly stack: string }

/** Where dispatching stands. */
export interface DispatchState {
  /** Grows with every commit: who read an older one may not write. */
  readonly version: number
  /** The last drift event that was looked at, or null. */
  readonly eventCursor: string | null
  /** When each timed message was due last, ISO 8601, UTC: `digest`, `still-alive`. */
  readonly slots: Readonly<Record<string, string>>
}

/** What channels know. */
export interface AlertMemory {
  readonly matters: readonly MatterMemory[]
  readonly threads: readonly AlertThread[]
}

/** What is written when it was decided what channels are told; all of it or nothing. */
export interface DispatchCommit {
  /** The one that was read. */
  readonly version: number
  readonly eventCursor: string | null
  readonly slots: Readonly<Record<string, string>>
  /** Replaced by channel and matter. */
  readonly remembered: readonly MatterMemory[]
  readonly forgotten: readonly Pick<MatterMemory, 'channel' | 'matter'>[]
  /** Replaced by channel and alert key. */
  readonly threads: readonly AlertThread[]
  readonly closed: readonly Pick<AlertThread, 'channel' | 'alertKey'>[]
  readonly deliveries: readonly Delivery[]
  /** Ids of notices that are told now, or to nobody. */
  readonly notices: readonly string[]
}

/** A delivery to be attempted, with what its thread has from earlier ones. */
export interface DueDelivery {
  readonly delivery: Delivery
  /** Of delivered messages of the same thread, oldest first. */
  readonly receipts: readonly JsonValue[]
}

/** What to do for a channel: deliver this, look again then, or nothing until something comes. */
export type NextDelivery =
  | { readonly status: 'due'; readonly due: DueDelivery }
  | { readonly status: 'later'; readonly at: string }
  | { readonly status: 'none' }

/** How an attempt ended, for the record. Times are ISO 8601, UTC. */
export type AttemptResult =
  | {
      readonly status: 'delivered'
      readonly at: string
      readonly receipt: JsonValue
      readonly problem: string | null
    }
  | { readonly status: 'retry'; readonly nextAttemptAt: string; readonly problem: string }
  | { readonly status: 'dead'; readonly problem: string }

/** Which deliveries a list shows; absent: all. */
export interface DeliveryFilter {
  readonly state?: DeliveryState
  readonly channel?: string
  readonly id?: string
  readonly limit: number
}

/** How many deliveries of a channel are in a state. */
export interface DeliveryCount {
  readonly channel: string
  readonly state: DeliveryState
  readonly count: number
}

/**
 * What alerts remember: what each channel was told, what waits to be delivered, what could not be. A part of the store.
 * Every method may throw the errors of the store.
 */
export interface AlertStore {
  /** One per stack in the order asked; `unknown` for one that was never scanned. */
  scanFacts(stacks: readonly string[]): Promise<readonly ScanFacts[]>
  /** The id of the last scan of every stack that was scanned. */
  lastScans(): Promise<ReadonlyMap<string, string>>
  /** What the last scan with a verdict found unapplied. */
  pendingRecords(stacks: readonly string[]): Promise<readonly { stack: string; record: DriftRecord }[]>

  dispatchState(): Promise<DispatchState>
  /** All that channels know of these stacks, of what shares one of these causes, and of the threads of either, whole. */
  alertMemory(query: {
    readonly stacks: readonly string[]
    readonly causes: readonly string[]
  }): Promise<AlertMemory>
  /** Every stack that some channel remembers something of. */
  rememberedStacks(): Promise<readonly string[]>
  /** How many messages a channel was given since then, those of timers and notices left out, and when the first of them. */
  messagesSince(
    channel: string,
    since: string,
  ): Promise<{ readonly count: number; readonly firstAt: string | null }>
  /** The last sequence of a thread of a channel; 0: there is none. */
  lastSequence(channel: string, alertKey: string): Promise<number>
  /** False where somebody else committed since `version` was read: nothing is written. */
  commitDispatch(commit: DispatchCommit): Promise<boolean>

  /** Has something told; a notice whose id was handed in before is dropped. */
  notify(notice: Notice): Promise<void>
  /** Notices that nobody was told of yet, oldest first. */
  openNotices(limit: number): Promise<readonly Notice[]>

  /** The oldest delivery that is due, none before an earlier one of its thread. */
  nextDelivery(channel: string, now: string): Promise<NextDelivery>
  recordAttempt(id: string, result: AttemptResult): Promise<void>
  /** The channel works again: what waits after a failure may go now. */
  hastenDeliveries(channel: string, now: string): Promise<void>
  /** Newest first. */
  deliveries(filter: DeliveryFilter): Promise<readonly DeliveryLine[]>
  deliveryCounts(): Promise<readonly DeliveryCount[]>
  /** Has deliveries sent again, whatever their state; those of one id, or all dead ones. Returns how many. */
  resend(request: {
    readonly id: string | null
    readonly now: string
    readonly giveUpAt: string
  }): Promise<number>
  /**
   * Forgets what every other channel was told, and gives up what waits for it: it is configured no longer. Where it comes back,
   * it is a new one.
   */
  forgetOtherChannels(channels: readonly string[]): Promise<void>
  /** Forgets deliveries and notices older than this of which no open thread needs anything. */
  pruneAlerts(before: string): Promise<void>
}
