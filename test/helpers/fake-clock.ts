import type { Clock, Timer } from '../../src/lib/clock.js'

/** A clock that stands still until it is moved, with the sleepers that wait for it. */
export interface FakeClock extends Clock, Timer {
  /** Lets so much time pass, waking every sleeper at its moment and letting it work before the next one. */
  advance(durationMs: number): Promise<void>
  /** Moves the wall clock alone, as a correction does, or a machine that sleeps (its timers stand still meanwhile). */
  step(durationMs: number): void
  /** How many wait. */
  sleepers(): number
}

interface Sleeper {
  readonly atMs: number
  wake(): void
}

/** A clock that shows this time (ISO 8601). */
export function createFakeClock(start: string): FakeClock {
  let wallMs = Date.parse(start)
  let monotonicMs = 0
  const sleepers = new Set<Sleeper>()

  const nextSleeper = (untilMs: number): Sleeper | null => {
    let next: Sleeper | null = null
    for (const sleeper of sleepers) {
      if (sleeper.atMs <= untilMs && (next === null || sleeper.atMs < next.atMs)) next = sleeper
    }
    return next
  }
  const moveTo = (ms: number): void => {
    wallMs += ms - monotonicMs
    monotonicMs = ms
  }
  return {
    now: () => new Date(wallMs),
    monotonicMs: () => monotonicMs,
    sleep(durationMs, signal) {
      if (signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper: Sleeper = { atMs: monotonicMs + Math.max(0, durationMs), wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      })
    },
    async advance(durationMs) {
      const untilMs = monotonicMs + durationMs
      await settle()
      for (let next = nextSleeper(untilMs); next !== null; next = nextSleeper(untilMs)) {
        moveTo(next.atMs)
        next.wake()
        await settle()
      }
      moveTo(untilMs)
    },
    step: (durationMs) => {
      wallMs += durationMs
    },
    sleepers: () => sleepers.size,
  }
}

/** Lets everything that can go on go on: what waits for promises alone needs no more than one turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
