import { withFileLock } from '../lib/file-lock.js'
import { ensurePrivateFolder } from '../lib/private-folder.js'
import type { Admitted } from './admission.js'
import { createDeadline } from './deadline.js'
import type { Checkout } from './provider.js'
import { stackFolder } from './scan-folders.js'
import type { ScanJob, ScanTools } from './scan-job.js'

/** A stack that nobody else on this machine scans meanwhile. */
export interface HeldStack {
  /** Aborted on the caller's wish, and when the stack's time is over. */
  readonly signal: AbortSignal
  /** The stack's own private folder. */
  readonly dataFolder: string
}

/**
 * Waits for a slot and memory of the machine, then for the stack's own lock, and runs with both; the time of the stack
 * begins with the slot. Whoever has no more use for engines gives the slot back before the end: what is left, such as
 * storing, needs the lock alone.
 */
export async function holdStack<T>(
  job: ScanJob,
  tools: ScanTools,
  checkout: Checkout,
  run: (held: HeldStack, slot: Admitted) => Promise<T>,
): Promise<T> {
  const weight = await job.provider.weight(job.stack, checkout, tools.folders.cache)
  const expectedBytes = (await tools.learnedMemory?.expectedBytes(job.stack.name)) ?? null
  const slot = await tools.admission.admit({ weight, expectedBytes }, job.signal)
  tools.onEvent({ type: 'started', stack: job.stack.name })
  const { signal, clear } = createDeadline(job.stack.name, job.stack.timeoutMs, job.signal)
  try {
    const dataFolder = stackFolder(tools.folders, job.stack.name)
    await ensurePrivateFolder(dataFolder)
    const lock = { signal, timeoutMs: job.stack.timeoutMs }
    return await withFileLock(`${dataFolder}.lock`, lock, () => run({ signal, dataFolder }, slot))
  } finally {
    clear()
    slot.release()
  }
}
