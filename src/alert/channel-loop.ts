import type { Delivery } from '../domain/delivery.js'
import type { Clock, Timer } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import type { Logger } from '../lib/logger.js'
import { createWaker } from '../lib/waker.js'
import type { DeliveryObserver } from './alert-dispatcher.js'
import type { AlertStore, DueDelivery } from './alert-store.js'
import { channelPauseMs, decideRetry } from './back-off.js'
import type { Channel, DeliveryOutcome } from './channel.js'

/** What delivering needs. */
export interface DeliveryParts {
  readonly store: Pick<AlertStore, 'nextDelivery' | 'recordAttempt' | 'hastenDeliveries'>
  readonly clock: Clock & Timer
  readonly log: Logger
  /** Between 0 and 1. */
  readonly random: () => number
  readonly observe: DeliveryObserver
}

/** Delivers what waits for one channel, one after the other, whatever becomes of other channels. */
export interface ChannelLoop {
  start(): void
  /** Something may wait. */
  wake(): void
  /** Begins no further delivery, breaks off the one under way (it counts as not attempted), and waits for its end. */
  stop(): Promise<void>
}

/** What other processes put into the outbox is seen within so long. */
const LONGEST_WAIT_MS = 30_000
/** Channels end within a minute; one that does not is left alone with that message. */
const DEADLINE_MS = 90_000
/** So long one may take that is broken off: it says itself how far it came, and what was sent is not sent again. */
const BREAK_OFF_MS = 5_000
const STORE_PAUSE_MS = 5_000

/** The loop of a channel. */
export function createChannelLoop(channel: Channel, parts: DeliveryParts): ChannelLoop {
  const { clock, log } = parts
  const waker = createWaker(clock)
  const stopping = new AbortController()
  const courier = createCourier(channel, parts, stopping.signal)
  let running: Promise<void> | null = null

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await courier.step().catch((error: Error) => {
        log.error('alerts: the outbox cannot be used', { channel: channel.name, error })
        return STORE_PAUSE_MS
      })
      if (waitMs > 0 && !stopping.signal.aborted) await waker.wait(Math.min(waitMs, LONGEST_WAIT_MS))
    }
  }
  return {
    start() {
      running ??= run()
    },
    wake: () => waker.wake(),
    async stop() {
      stopping.abort()
      waker.wake()
      await running
    },
  }
}

/** Delivers at most one message, and says how long nothing is to be done. */
function createCourier(channel: Channel, parts: DeliveryParts, signal: AbortSignal) {
  const { store, clock } = parts
  let failures = 0
  let notBeforeMs = Number.NEGATIVE_INFINITY

  async function step(): Promise<number> {
    const restMs = notBeforeMs - clock.monotonicMs()
    if (restMs > 0) return restMs
    const now = clock.now()
    const next = await store.nextDelivery(channel.name, now.toISOString())
    if (next.status === 'none') return LONGEST_WAIT_MS
    if (next.status === 'later') return Math.max(1, Date.parse(next.at) - now.getTime())
    await attempt(next.due)
    return 0
  }

  async function attempt({ delivery, receipts }: DueDelivery): Promise<void> {
    const startedMs = clock.monotonicMs()
    failpoint('alert.before-send')
    const outcome = await deliver(channel, { delivery, receipts }, { clock, signal })
    failpoint('alert.after-send')
    notBeforeMs = startedMs + channel.minIntervalMs
    if (outcome.status === 'retry' && signal.aborted) return
    await record(delivery, outcome)
    failpoint('alert.after-record')
  }

  async function record(delivery: Delivery, outcome: DeliveryOutcome): Promise<void> {
    const { id } = delivery.message
    const now = clock.now()
    if (outcome.status === 'delivered') {
      const { receipt, warning } = outcome
      await store.recordAttempt(id, { status: 'delivered', at: now.toISOString(), receipt, problem: warning })
      if (failures > 0) await store.hastenDeliveries(channel.name, now.toISOString())
      failures = 0
    } else if (outcome.status === 'rejected') {
      await store.recordAttempt(id, { status: 'dead', problem: outcome.problem })
    } else await recordFailure(delivery, outcome)
    say(channel, parts, delivery, outcome)
  }

  async function recordFailure(
    { message, attempts, giveUpAt }: Delivery,
    { problem, retryAfterMs }: DeliveryOutcome & { readonly status: 'retry' },
  ): Promise<void> {
    failures += 1
    const nowMs = clock.now().getTime()
    const random = parts.random()
    notBeforeMs = Math.max(notBeforeMs, clock.monotonicMs() + channelPauseMs(failures, retryAfterMs, random))
    const giveUpAtMs = Date.parse(giveUpAt)
    const atMs = decideRetry({ attempts: attempts + 1, retryAfterMs, nowMs, giveUpAtMs, random })
    if (atMs === null) {
      const given = `given up after ${attempts + 1} attempts: ${problem}`
      await store.recordAttempt(message.id, { status: 'dead', problem: given })
      parts.observe(channel.name, 'failed')
      return
    }
    const nextAttemptAt = new Date(atMs).toISOString()
    await store.recordAttempt(message.id, { status: 'retry', nextAttemptAt, problem })
    parts.observe(channel.name, 'retry')
  }

  return { step }
}

/** What the channel says came of it, whatever it does: a channel that throws or hangs stops nobody. */
async function deliver(
  channel: Channel,
  { delivery, receipts }: DueDelivery,
  { clock, signal }: { readonly clock: Timer; readonly signal: AbortSignal },
): Promise<DeliveryOutcome> {
  const done = new AbortController()
  const either = AbortSignal.any([signal, done.signal])
  const late = clock
    .sleep(DEADLINE_MS, either)
    .then(() => (signal.aborted ? clock.sleep(BREAK_OFF_MS, done.signal) : undefined))
    .then((): DeliveryOutcome => {
      return { status: 'retry', problem: 'the channel did not come to an end in time', retryAfterMs: null }
    })
  try {
    return await Promise.race([channel.deliver(delivery.message, { receipts }, either), late])
  } catch (error) {
    const problem = `the channel failed: ${error instanceof Error ? error.name : 'unknown error'}`
    return { status: 'retry', problem, retryAfterMs: null }
  } finally {
    done.abort()
  }
}

function say(
  channel: Channel,
  { log, observe }: DeliveryParts,
  { message, attempts }: Delivery,
  outcome: DeliveryOutcome,
): void {
  const { id, alertKey, sequence, reason } = message
  const fields = { channel: channel.name, id, alertKey, sequence, reason, attempt: attempts + 1 }
  if (outcome.status === 'delivered') {
    observe(channel.name, 'delivered')
    log.info('alert delivered', { ...fields, warning: outcome.warning ?? undefined })
    return
  }
  if (outcome.status === 'rejected') observe(channel.name, 'failed')
  log.warn('alert not delivered', { ...fields, problem: outcome.problem })
}
