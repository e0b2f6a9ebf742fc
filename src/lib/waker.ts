import type { Timer } from './clock.js'

/** Waits that can be cut short, also before they begin: a wake-up is never lost. */
export interface Waker {
  wake(): void
  /** Returns after so long, or at once where somebody called `wake` since the last wait. */
  wait(durationMs: number): Promise<void>
}

/** The one timer of a loop. */
export function createWaker(timer: Timer): Waker {
  let controller = new AbortController()
  return {
    wake: () => controller.abort(),
    async wait(durationMs) {
      await timer.sleep(durationMs, controller.signal)
      controller = new AbortController()
    },
  }
}
