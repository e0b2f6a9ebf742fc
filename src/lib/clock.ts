/** Where the time comes from. Tests hand in their own. */
export interface Clock {
  /** The wall clock: for what people read and for schedules. It may jump. */
  now(): Date
  /** Milliseconds since some moment, never going back: for durations and timeouts. */
  monotonicMs(): number
}

/** Waiting, by the clock that never goes back. Tests hand in their own. */
export interface Timer {
  /** Returns after so many milliseconds, or at once when the signal is aborted. Never throws. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}

/** The clock of the machine. */
export const systemClock: Clock & Timer = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep(durationMs, signal) {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timeout)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timeout = setTimeout(end, durationMs)
      signal?.addEventListener('abort', end, { once: true })
    })
  },
}
