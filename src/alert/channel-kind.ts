import type { z } from 'zod'
import type { AlertMessage } from '../domain/alert-message.js'
import type { Clock } from '../lib/clock.js'
import type { HttpClient } from '../lib/http.js'
import type { Secret, Setting } from '../lib/schema/setting.js'
import type { DeliveryOutcome, ThreadMemory } from './channel.js'

/** What every channel is built with. */
export interface ChannelTools {
  readonly http: HttpClient
  readonly clock: Clock
  /** Folder of driftd.yaml, to which paths in it are relative. */
  readonly folder: string
  /** The value of a setting, read now. Throws SECRET_UNAVAILABLE. */
  readSetting(setting: Setting | Secret): Promise<string>
  /** How long one delivery may take, in milliseconds. Default 50 s. */
  readonly maxDeliveryMs?: number
}

/** What one delivery goes by. */
export interface Delivery {
  readonly message: AlertMessage
  readonly thread: ThreadMemory
  /** Aborted when the delivery must end: the caller's wish, or its time is over. */
  readonly signal: AbortSignal
  /** The value of a setting, read now, so that a rotated secret works at once; it is kept out of the outcome. */
  read(setting: Setting | Secret): Promise<string>
}

/** Thrown where a delivery ends with an outcome from deep inside. */
export class DeliveryEnded extends Error {
  override readonly name = 'DeliveryEnded'
  readonly outcome: DeliveryOutcome

  constructor(outcome: DeliveryOutcome) {
    super(outcome.status)
    this.outcome = outcome
  }
}

/** A configured channel, bare: it may throw a DriftError or DeliveryEnded, and `createChannel` makes an outcome of it. */
export interface Sender {
  readonly minIntervalMs: number
  send(delivery: Delivery): Promise<DeliveryOutcome>
}

/** What a channel is built from. */
export interface SenderRequest<Options> {
  /** The name in driftd.yaml. */
  readonly name: string
  /** As its schema gave them. */
  readonly options: Options
  readonly tools: ChannelTools
}

/**
 * One type of channel: the keys that it has in driftd.yaml, and how it is built. What sends is loaded with the first message:
 * most commands send none.
 */
export interface ChannelKind<Options = never> {
  readonly type: string
  readonly optionsShape: z.ZodRawShape
  /** What is wrong between keys that are each valid, or null. */
  readonly problemOf?: (options: Options) => string | null
  createSender(request: SenderRequest<Options>): Sender
}
