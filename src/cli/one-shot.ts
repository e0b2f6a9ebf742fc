import { compareOnce, type OneShot } from '../compose/one-shot.js'
import { withInterrupt } from './interrupt.js'
import { createProgress } from './progress.js'
import type { ResultOptions } from './result-options.js'
import { showScans } from './show-scans.js'

/** Carries out a comparison without configuration, prints its report, and sets the exit code. */
export async function runOneShot(oneShot: OneShot, options: ResultOptions): Promise<void> {
  await withInterrupt(async (signal) => {
    const isQuiet = options.quiet ?? false
    const progress = createProgress({
      stream: process.stderr,
      isQuiet,
      nowMs: () => performance.now(),
      signal,
    })
    const watcher = { signal, onEvent: progress.onEvent }
    const scan = await compareOnce(oneShot, process.env, watcher).finally(progress.stop)
    process.exitCode = await showScans([scan], options)
  })
}
