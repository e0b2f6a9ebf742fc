import { type DriftError, toDriftError } from '../domain/errors.js'
import type { Timer } from '../lib/clock.js'

/** Something that runs beside the scans. */
export interface Companion {
  start(): void
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/** What is done again and again. */
export interface RepeatedTask {
  readonly everyMs: number
  run(): Promise<unknown>
  /** Told why it failed; it is done again the next time. */
  onError(error: DriftError): void
}

/** Does something every so often, the first time after one interval. */
export function repeat(task: RepeatedTask, timer: Timer): Companion {
  const controller = new AbortController()
  const { signal } = controller
  let running: Promise<void> | null = null
  const keepOn = async (): Promise<void> => {
    for (;;) {
      await timer.sleep(task.everyMs, signal)
      if (signal.aborted) return
      await task.run().catch((error: unknown) => task.onError(toDriftError(error)))
    }
  }
  return {
    start() {
      running ??= keepOn()
    },
    async stop() {
      controller.abort()
      await running
    },
  }
}
