import type { Scan } from '../domain/scan.js'
import { decideExitCode } from './exit-code.js'
import { FORMATS } from './output/formats.js'
import { printOut } from './print-out.js'
import type { ResultOptions } from './result-options.js'
import { viewOf } from './terminal.js'

/** Prints the report of these scans and returns the exit code. */
export async function showScans(scans: readonly Scan[], options: ResultOptions): Promise<number> {
  const view = { ...viewOf(process.stdout, options.color), isAll: options.all ?? false }
  await printOut(FORMATS[options.output].scans(scans, view))
  return decideExitCode(scans, {
    failOn: options.failOn ?? null,
    isPendingDrift: options.pendingIsDrift ?? false,
  })
}
