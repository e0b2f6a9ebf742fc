import { createWaker } from '../lib/waker.js'
import type { AlertDispatcher } from './alert-dispatcher.js'
import type { DispatcherParts } from './dispatch-parts.js'
import { DispatchPass } from './dispatch-pass.js'
import { createOutbox } from './outbox.js'

/** What nobody says (a hand-run scan, an acknowledgement) is seen within so long. */
const LOOK_EVERY_MS = 15_000
/** Many nudges at once are one look. */
const LEAST_PAUSE_MS = 1_000

/** The dispatcher of a configuration: turns what the store knows into messages, and delivers them. */
export function createDispatcher(parts: DispatcherParts): AlertDispatcher {
  const { clock, log, channels } = parts
  const outbox = createOutbox(channels, parts)
  const pass = new DispatchPass({ ...parts, channels: channels.map(({ name }) => name) })
  const waker = createWaker(clock)
  const stopping = new AbortController()
  let running: Promise<void> | null = null

  async function look(): Promise<number> {
    try {
      const { messages, nextAtMs } = await pass.run()
      if (messages > 0) outbox.wake()
      return nextAtMs === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, nextAtMs - clock.now().getTime())
    } catch (error) {
      log.error('alerts: could not be decided', { error: error as Error })
      return LOOK_EVERY_MS
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedMs = clock.monotonicMs()
      const waitMs = await look()
      if (stopping.signal.aborted) return
      await waker.wait(Math.max(LEAST_PAUSE_MS, waitMs))
      const restMs = LEAST_PAUSE_MS - (clock.monotonicMs() - startedMs)
      if (restMs > 0) await clock.sleep(restMs, stopping.signal)
    }
  }

  return {
    start() {
      outbox.start()
      running ??= run()
    },
    nudge: () => waker.wake(),
    async stop() {
      stopping.abort()
      waker.wake()
      await Promise.all([running, outbox.stop()])
    },
  }
}
