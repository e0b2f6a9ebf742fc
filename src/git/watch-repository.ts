import { type DriftError, toDriftError } from '../domain/errors.js'
import type { Clock, Timer } from '../lib/clock.js'
import { createWaker, type Waker } from '../lib/waker.js'
import { type Look, lookAtRepository } from './look-at-repository.js'

/** What a repository is watched with. */
export interface WatchOptions extends Omit<Look, 'signal'> {
  readonly clock: Clock & Timer
  readonly pollEveryMs: number
  /** A look that failed for another reason than a remote that is gone, or what it found could not be acted on. */
  onError(error: DriftError): void
  /** Between 0 and 1. */
  random(): number
}

/** Looks at one repository again and again. */
export interface RepositoryWatch {
  /** Looks soon, then every `pollEvery`. Safe to call twice. */
  start(): void
  /** Looks soon, and not only when `pollEvery` is over; after a look that is under way, once more. */
  lookNow(): void
  /** Ends a look that is under way and waits for it. Safe to call twice. */
  stop(): Promise<void>
}

/** However often a remote failed, it is asked this often, unless `pollEvery` is longer. */
const MAX_DELAY_MS = 15 * 60_000
const MAX_DOUBLINGS = 10
/** However often it is told to look now, a remote is asked no oftener, unless `pollEvery` is shorter. */
const LEAST_DELAY_MS = 2_000
/** At the start of a daemon not all remotes are asked in the same instant. */
const FIRST_DELAY_MS = 2_000
const JITTER = 0.1

/** Watches a repository; nothing happens before `start`. */
export function watchRepository(options: WatchOptions): RepositoryWatch {
  const controller = new AbortController()
  const waker = createWaker(options.clock)
  let running: Promise<void> | null = null
  return {
    start() {
      running ??= keepLooking(options, waker, controller.signal)
    },
    lookNow: () => waker.wake(),
    async stop() {
      controller.abort(new Error('the watch was stopped'))
      waker.wake()
      await running
    },
  }
}

async function keepLooking(options: WatchOptions, waker: Waker, signal: AbortSignal): Promise<void> {
  const { clock, pollEveryMs, random } = options
  let failures = 0
  let delayMs = Math.min(FIRST_DELAY_MS, pollEveryMs) * random()
  for (;;) {
    const leastMs = Math.min(LEAST_DELAY_MS, delayMs)
    await clock.sleep(leastMs, signal)
    await waker.wait(delayMs - leastMs)
    if (signal.aborted) return
    failures = (await isLookGood(options, signal)) ? 0 : failures + 1
    delayMs = decidePollDelayMs({ pollEveryMs, failures, random: random() })
  }
}

async function isLookGood(options: WatchOptions, signal: AbortSignal): Promise<boolean> {
  try {
    const observation = await lookAtRepository({ ...options, signal })
    return observation?.status !== 'unreachable'
  } catch (error) {
    if (!signal.aborted) options.onError(toDriftError(error))
    return false
  }
}

/** How long to wait before the next look: twice as long after each failure in a row, and never in step with others. */
export function decidePollDelayMs(poll: {
  readonly pollEveryMs: number
  readonly failures: number
  /** Between 0 and 1. */
  readonly random: number
}): number {
  const doubled = poll.pollEveryMs * 2 ** Math.min(poll.failures, MAX_DOUBLINGS)
  const delayMs = Math.min(doubled, Math.max(poll.pollEveryMs, MAX_DELAY_MS))
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * poll.random))
}
