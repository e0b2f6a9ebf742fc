import { setTimeout as sleep } from 'node:timers/promises'
import { isBusyError } from './store-error.js'

const FIRST_PAUSE_MS = 10
const LAST_PAUSE_MS = 250

/**
 * What `attempt` returns, tried again while another connection is in the way, until `timeoutMs` have passed;
 * then its error. The pauses leave the event loop to others.
 */
export async function retryWhileBusy<T>(timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusyError(error) || performance.now() >= deadline) throw error
    }
    await sleep(pauseMs)
  }
}
