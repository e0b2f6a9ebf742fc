import { type SeenRecord, seenScans } from '../../documents/seen-scans.js'
import { type DriftRecord, isDrift } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { cutText } from '../../lib/text/cut-text.js'
import { ignoredText, recordName } from '../../lib/text/record-words.js'
import { changedPathsText } from './changed-paths.js'
import { createPalette } from './paint.js'
import { plainRecordLines } from './plain-record.js'
import type { ReportView } from './report-view.js'
import { factsText } from './scan-headline.js'
import { coverageBlocks, problemBlocks } from './scan-remarks.js'
import { statusSuite } from './status-suite.js'
import { suitesElement, type TestCase, type TestSuite } from './test-suite.js'
import { xmlText } from './xml-text.js'

const WIDTH = 100
const MAX_NAME_LENGTH = 500

/**
 * JUnit XML. A stack is a suite. Its case `scan` passes when there is a verdict, and is an error for a scan that is
 * failed or incomplete: no CI server shows that as green. Every drift record is a case that fails; with `isAll`,
 * unapplied, informational and ignored records are skipped cases.
 */
export function renderScansJunit(scans: readonly Scan[], view: ReportView): string {
  return xmlText(suitesElement(scans.map((scan) => scanSuite(scan, view.isAll))))
}

/** The scans of single records, with these records alone. */
export function renderRecordsJunit(seen: readonly SeenRecord[], view: ReportView): string {
  return renderScansJunit(seenScans(seen), view)
}

/** The suite `driftd status`: a case per stack, which passes only where a fresh verdict says that nothing drifted. */
export function renderStatusJunit(stacks: readonly StackStatus[]): string {
  return xmlText(suitesElement([statusSuite(stacks)]))
}

function scanSuite(scan: Scan, isAll: boolean): TestSuite {
  const shown = scan.records.filter((record) => isAll || isDrift(record))
  const counts = new Map<string, number>()
  for (const record of shown) counts.set(recordName(record), (counts.get(recordName(record)) ?? 0) + 1)
  const cases = shown.map((record) =>
    recordCase(record, { stack: scan.stack, isTwin: (counts.get(recordName(record)) ?? 0) > 1 }),
  )
  return {
    name: scan.stack,
    startedAt: scan.startedAt,
    durationMs: scan.durationMs,
    cases: [scanCase(scan, isAll), ...cases],
  }
}

function scanCase(scan: Scan, isAll: boolean): TestCase {
  const layout = { palette: createPalette(false), width: WIDTH, isAll }
  const problems = problemBlocks(scan, layout)
  const coverage = coverageBlocks(scan, layout)
  const lines = [[factsText(scan)], ...problems, ...coverage].flat()
  const place = { stack: scan.stack, name: 'scan', durationMs: scan.durationMs, source: null }
  if (scan.error !== null) {
    const { code, phase, message } = scan.error
    return { ...place, outcome: { kind: 'error', type: code, message: `${phase}: ${message}`, lines } }
  }
  if (scan.status === 'incomplete') {
    const message = `incomplete: ${factsText(scan)}`
    return { ...place, outcome: { kind: 'error', type: 'incomplete', message, lines } }
  }
  return { ...place, outcome: { kind: 'passed', lines } }
}

function recordCase(
  record: DriftRecord,
  { stack, isTwin }: { readonly stack: string; readonly isTwin: boolean },
): TestCase {
  const name = cutText(recordName(record), MAX_NAME_LENGTH)
  const paths = changedPathsText(record)
  const message = [`${record.kind}, ${record.severity}${paths === '' ? '' : `: ${paths}`}`]
    .concat(ignoredText(record))
    .join('; ')
  return {
    stack,
    // servers join cases of the same name
    name: isTwin ? `${name} (${record.id})` : name,
    durationMs: 0,
    source: record.source,
    outcome: isDrift(record)
      ? { kind: 'failure', type: record.kind, message, lines: plainRecordLines(record, false) }
      : { kind: 'skipped', message },
  }
}
