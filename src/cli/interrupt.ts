import { DriftError } from '../domain/errors.js'
import { killLiveGroups } from '../lib/live-groups.js'
import { EXIT_CODES } from './exit-code.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs something that Ctrl-C stops cleanly; a second Ctrl-C ends every engine and the program at once.
 * SIGTERM and a closed terminal count as Ctrl-C.
 */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      killLiveGroups()
      process.exit(EXIT_CODES.interrupted)
    }
    controller.abort(
      new DriftError('INTERRUPTED', 'stopped by Ctrl-C before there was a verdict; scan again'),
    )
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
