import { ulid } from 'ulid'
import { buildTestMessage } from '../alert/build/test-message.js'
import type { DeliveryOutcome } from '../alert/channel.js'
import { type ChannelPreview, previewStack } from '../alert/preview.js'
import { GIVE_UP_AFTER_MS } from '../alert/tell.js'
import type { DeliveryLine, DeliveryState } from '../domain/delivery.js'
import { DriftError } from '../domain/errors.js'
import { systemClock } from '../lib/clock.js'
import { suggest } from '../lib/text/suggest.js'
import { type AlertsSetupRequest, createChannels, createDispatchParts } from './alerts-setup.js'
import { unknownStack } from './unknown-stack.js'

/** Which messages a list shows. */
export interface AlertFilter {
  readonly state: DeliveryState | null
  readonly channel: string | null
  readonly limit: number
}

/** What people do with alerts by hand. */
export interface AlertsDesk {
  /** Sends a sample, past the outbox. Throws CHANNEL_UNKNOWN. */
  test(channel: string, signal: AbortSignal): Promise<DeliveryOutcome>
  /** What every channel would be told of a stack now, or next; sends nothing. Throws STACK_UNKNOWN. */
  preview(stack: string): Promise<readonly ChannelPreview[]>
  /** Messages, newest first. Throws CHANNEL_UNKNOWN. */
  list(filter: AlertFilter): Promise<readonly DeliveryLine[]>
  /** Has one message sent again, or (null) all that were given up; the daemon does it. Throws ALERT_UNKNOWN. */
  resend(id: string | null): Promise<number>
}

/** The desk of a configuration. */
export function createAlertsDesk(request: AlertsSetupRequest): AlertsDesk {
  const { loaded, store } = request
  const names = Object.keys(loaded.config.alerts.channels)

  return {
    async test(name, signal) {
      const channel = createChannels(request).find((one) => one.name === name)
      if (channel === undefined) throw unknownChannel(name, names)
      const id = ulid()
      const at = systemClock.now().toISOString()
      const message = buildTestMessage(name, { id, alertKey: `test:${id}`, sequence: 1 }, at)
      return channel.deliver(message, { receipts: [] }, signal)
    },
    async preview(stack) {
      const parts = createDispatchParts(request)
      const known = (await parts.stacks()).map(({ name }) => name)
      if (!known.includes(stack)) throw unknownStack(stack, known)
      return previewStack(parts, stack)
    },
    async list({ state, channel, limit }) {
      if (channel !== null && !names.includes(channel)) throw unknownChannel(channel, names)
      const filter = { limit, ...(state !== null && { state }), ...(channel !== null && { channel }) }
      return store.alerts.deliveries(filter)
    },
    async resend(id) {
      const now = systemClock.now()
      const giveUpAt = new Date(now.getTime() + GIVE_UP_AFTER_MS).toISOString()
      const count = await store.alerts.resend({ id, now: now.toISOString(), giveUpAt })
      if (count === 0 && id !== null)
        throw new DriftError('ALERT_UNKNOWN', `no message has the id ${id}: driftd alerts list shows them`)
      return count
    },
  }
}

function unknownChannel(name: string, known: readonly string[]): DriftError {
  const hint = suggest(name, known) ?? `there are ${known.join(', ') || 'none'}`
  return new DriftError('CHANNEL_UNKNOWN', `"${name}" is no channel of alerts.channels: ${hint}`)
}
