import type { Channel } from './channel.js'
import { createChannelLoop, type DeliveryParts } from './channel-loop.js'

/** Delivers what waits for all channels, each by itself. */
export interface Outbox {
  /** Safe to call twice. */
  start(): void
  /** Something was put in. */
  wake(): void
  /** Begins no further delivery and waits for those under way. Safe to call twice. */
  stop(): Promise<void>
}

/** The outbox of these channels: one's trouble never delays another. */
export function createOutbox(channels: readonly Channel[], parts: DeliveryParts): Outbox {
  const loops = channels.map((channel) => createChannelLoop(channel, parts))
  return {
    start: () => {
      for (const loop of loops) loop.start()
    },
    wake: () => {
      for (const loop of loops) loop.wake()
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
