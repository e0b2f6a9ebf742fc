import { parseReport } from '../scripts/demo/report.js'
import type { Cost } from './measure.js'

/** Throws unless a loop of plans ended with 0 for every stack. */
export function checkLoop(cost: Cost): void {
  if (cost.exitCode !== 0)
    throw new Error(
      `the loop ended with ${cost.exitCode}: some stack is not clean\n${cost.stdout.slice(-500)}`,
    )
}

/** Throws unless a scan says of every stack that it is in sync, all of it verified. */
export function checkScan(cost: Cost, stacks: number): void {
  if (cost.exitCode !== 0)
    throw new Error(`driftd scan ended with ${cost.exitCode}\n${cost.stdout.slice(-500)}`)
  const { scans } = parseReport(cost.stdout)
  const good = scans.filter(
    (scan) =>
      scan.status === 'in-sync' &&
      scan.coverage.applicable > 0 &&
      scan.coverage.verified === scan.coverage.applicable,
  )
  if (good.length !== stacks) throw new Error(`driftd scan verified ${good.length} of ${stacks} stacks`)
}
