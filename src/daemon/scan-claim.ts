import { DriftError } from '../domain/errors.js'
import type { Scan } from '../domain/scan.js'
import type { Clock } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import type { ScanTools } from '../scan/scan-job.js'
import { scanStack } from '../scan/scan-stack.js'
import type { ClaimedScan } from '../schedule/queue.js'
import type { ScanOutcome } from '../schedule/scan-outcome.js'
import type { BorrowedJob } from './fleet.js'
import type { Lead } from './lead.js'

/** What scanning a claimed stack needs. */
export interface ClaimParts {
  readonly lead: Pick<Lead, 'noteError'>
  readonly clock: Clock
  /** Of the configuration that is in force now. */
  tools(): ScanTools
  /** Null where there is no such stack. */
  borrow(stack: string, signal: AbortSignal): Promise<BorrowedJob | null>
  /** A scan ended and was stored, unless it failed in the phase `store`. */
  onScan(scan: Scan, queueWaitMs: number): void
}

/** Scans the stack of a claim. Throws INTERRUPTED once the signal is aborted, also where the lead was lost before. */
export async function scanClaim(
  parts: ClaimParts,
  claim: ClaimedScan,
  signal: AbortSignal,
): Promise<ScanOutcome> {
  failpoint('daemon.claimed')
  const borrowed = await parts.borrow(claim.stack, signal)
  if (borrowed === null)
    throw new DriftError('STACK_UNKNOWN', `the configuration has no stack ${claim.stack}`)
  try {
    const queueWaitMs = waitOf(claim, parts.clock.now())
    const scan = await scanStack({ ...borrowed.job, signal }, parts.tools())
    if (scan.error?.code === 'LEADERSHIP_LOST') await untilStopped(parts, scan, signal)
    // one that was stopped goes back to the queue, as if it had not begun
    if (scan.error?.code !== 'INTERRUPTED') parts.onScan(scan, queueWaitMs)
    failpoint('daemon.scanned')
    return scan
  } finally {
    await borrowed.giveBack()
  }
}

/** Since it was due, as far as it was not held back on purpose. */
function waitOf({ queuedAt, notBefore }: ClaimedScan, now: Date): number {
  return Math.max(0, now.getTime() - Math.max(Date.parse(queuedAt), Date.parse(notBefore)))
}

/** The scan is for another leader now: it goes back to the queue once this one is stopped. */
async function untilStopped({ lead }: ClaimParts, { stack }: Scan, signal: AbortSignal): Promise<never> {
  lead.noteError(new DriftError('LEADERSHIP_LOST', `the scan of ${stack} was refused: another driftd leads`))
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  throw new DriftError('INTERRUPTED', `another driftd scans ${stack}`)
}
