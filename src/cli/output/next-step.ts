import { type DriftRecord, isDrift } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import { compareSeverities } from '../../domain/severity.js'

/** What to do next after these scans, in one sentence; null where there is nothing to do. */
export function decideNextStep(scans: readonly Scan[]): string | null {
  const loudest = findLoudest(scans)
  if (loudest) return isStored(loudest.scan) ? showStep(loudest.record) : oneShotStep(loudest)
  if (scans.some((scan) => scan.status === 'failed')) return 'mend what failed, then scan again'
  if (scans.some((scan) => scan.status === 'incomplete')) {
    return 'this is no green light: see above what could not be verified'
  }
  return scans.some((scan) => scan.status === 'pending')
    ? 'nothing drifted; apply the code when it suits you'
    : null
}

interface Loudest {
  readonly scan: Scan
  readonly record: DriftRecord
}

function findLoudest(scans: readonly Scan[]): Loudest | undefined {
  return scans
    .flatMap((scan) => scan.records.filter(isDrift).map((record) => ({ scan, record })))
    .sort((a, b) => compareSeverities(a.record.severity, b.record.severity))[0]
}

/** A one-shot comparison has no repository and leaves nothing behind that could be shown again. */
function isStored(scan: Scan): boolean {
  return scan.repository !== null
}

function showStep(record: DriftRecord): string {
  return `driftd show ${record.id} shows one record in full`
}

function oneShotStep({ scan }: Loudest): string {
  const isUndoable = scan.records.some((record) => isDrift(record) && record.correctable)
  const undo = isUndoable
    ? 'apply the code to undo what happened outside, or write it into the code'
    : undoByHand
  return `${undo}; -o json has every value in full`
}

const undoByHand = 'undo by hand what happened outside, or write it into the code'
