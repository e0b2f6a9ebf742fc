import { isDrift } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import { compareSeverities } from '../../domain/severity.js'
import { changedPathsText } from './changed-paths.js'
import { codeBlock, codeSpan, foldedBlock, tableRow } from './markdown-text.js'
import { decideNextStep } from './next-step.js'
import { createPalette } from './paint.js'
import { pendingLines } from './pending-lines.js'
import { plainRecordLines } from './plain-record.js'
import { KIND_SYMBOLS, recordName, sourceText } from './record-lines.js'
import type { SeenRecord } from './record-report.js'
import type { ReportView } from './report-view.js'
import { factsText, STATUS_SYMBOLS } from './scan-headline.js'
import { coverageBlocks, problemBlocks } from './scan-remarks.js'
import { seenScans } from './seen-scans.js'
import { STATUS_ORDER, stacksSummary } from './stacks-summary.js'
import { takeWithin } from './take-within.js'

/** GitHub takes comments of 65,536 characters, and a robot puts words of its own around ours. */
export const MAX_MARKDOWN_CHARACTERS = 60_000

const WIDTH = 100
// shares of the whole; what is left goes to the details
const MAX_STACKS_CHARACTERS = 9_000
const MAX_REMARKS_CHARACTERS = 9_000
const MAX_RECORDS_CHARACTERS = 18_000
const MAX_END_CHARACTERS = 500

/**
 * A comment for a pull request: the verdict on the first line, then a table of records, loudest first, with their
 * details folded. At most `MAX_MARKDOWN_CHARACTERS` long; what does not fit is counted.
 */
export function renderScansMarkdown(scans: readonly Scan[], view: ReportView): string {
  const records = shownRecords(scans, view.isAll)
  const start = [
    summaryLine(scans),
    ...(scans.length > 1 ? [stacksTable(scans)] : []),
    ...within(scans.flatMap(problemParts), MAX_REMARKS_CHARACTERS, 'scan with problems'),
    ...(records.length > 0 ? [recordsTable(records, scans.length > 1)] : []),
  ]
  const step = decideNextStep(scans)
  const end = step === null ? [] : [`**Next:** ${step}`]
  const used = [...start, ...end].reduce((sum, part) => sum + part.length + 2, 0)
  const details = [...records.map(recordDetails), ...scans.flatMap((scan) => restDetails(scan, view.isAll))]
  const left = MAX_MARKDOWN_CHARACTERS - used - MAX_END_CHARACTERS
  return `${[...start, ...within(details, left, 'folded block'), ...end].join('\n\n')}\n`
}

/** The scans of single records, with these records alone. */
export function renderRecordsMarkdown(seen: readonly SeenRecord[], view: ReportView): string {
  return renderScansMarkdown(seenScans(seen), view)
}

function shownRecords(scans: readonly Scan[], isAll: boolean): readonly SeenRecord[] {
  return scans
    .flatMap((scan) => scan.records.map((record) => ({ scan, record })))
    .filter(({ record }) => isDrift(record) || (isAll && record.kind === 'informational'))
    .sort((a, b) => compareSeverities(a.record.severity, b.record.severity))
}

function summaryLine(scans: readonly Scan[]): string {
  const [first] = scans
  if (first === undefined) return '**no stacks were scanned**'
  const loudest = byLoudness(scans)[0] ?? first
  const status = `**${STATUS_SYMBOLS[loudest.status]} ${loudest.status}**`
  if (scans.length === 1) return `${status} ${codeSpan(first.stack)} · ${factsText(first)}`
  return `${status} · ${stacksSummary(scans)}`
}

function byLoudness(scans: readonly Scan[]): readonly Scan[] {
  return [...scans].sort((a, b) => STATUS_ORDER.indexOf(b.status) - STATUS_ORDER.indexOf(a.status))
}

function stacksTable(scans: readonly Scan[]): string {
  const rows = byLoudness(scans).map((scan) =>
    tableRow([`${STATUS_SYMBOLS[scan.status]} ${scan.status}`, codeSpan(scan.stack), factsText(scan)]),
  )
  return table(['status', 'stack', ''], rows, { maxCharacters: MAX_STACKS_CHARACTERS, noun: 'stack' })
}

function recordsTable(records: readonly SeenRecord[], hasStack: boolean): string {
  const rows = records.map(({ scan, record }) =>
    tableRow([
      record.severity,
      `${KIND_SYMBOLS[record.kind]} ${record.kind}`,
      ...(hasStack ? [codeSpan(scan.stack)] : []),
      codeSpan(recordName(record)),
      codeSpan(changedPathsText(record)),
      codeSpan(sourceText(record)),
    ]),
  )
  const heading = ['severity', 'kind', ...(hasStack ? ['stack'] : []), 'record', 'differs', 'code']
  return table(heading, rows, { maxCharacters: MAX_RECORDS_CHARACTERS, noun: 'record' })
}

function table(
  heading: readonly string[],
  rows: readonly string[],
  { maxCharacters, noun }: { readonly maxCharacters: number; readonly noun: string },
): string {
  const { taken, hidden } = takeWithin(rows, maxCharacters)
  const lines = [tableRow(heading), tableRow(heading.map(() => '---')), ...taken]
  return hidden === 0 ? lines.join('\n') : `${lines.join('\n')}\n\n${moreText(hidden, noun)}`
}

/** Errors and warnings are never folded: they decide how much the rest is worth. */
function problemParts(scan: Scan): readonly string[] {
  const blocks = problemBlocks(scan, { palette: createPalette(false), width: WIDTH, isAll: false })
  if (blocks.length === 0) return []
  const lines = blocks.flat()
  const { taken, hidden } = takeWithin(lines, MAX_REMARKS_CHARACTERS / 3)
  const cut = hidden === 0 ? taken : [...taken, `… and ${hidden} more lines`]
  return [`${codeSpan(scan.stack)}:\n\n${codeBlock(cut)}`]
}

function recordDetails({ record }: SeenRecord): string {
  const name = recordName(record)
  return foldedBlock(`${record.kind} ${name} (${record.id})`, plainRecordLines(record))
}

/** Unapplied code, what could not be verified, and what was really run. */
function restDetails(scan: Scan, isAll: boolean): readonly string[] {
  const layout = { palette: createPalette(false), width: WIDTH, isAll }
  const blocks = [pendingLines(scan.records, layout), ...coverageBlocks(scan, layout)]
  return blocks
    .filter((block) => block.length > 0)
    .map(([title = '', ...lines]) => foldedBlock(`${scan.stack}: ${title}`, lines))
}

function within(parts: readonly string[], maxCharacters: number, noun: string): readonly string[] {
  // an empty line stands between two parts
  const { taken, hidden } = takeWithin(
    parts.map((part) => `${part}\n`),
    maxCharacters,
  )
  const shown = taken.map((part) => part.slice(0, -1))
  return hidden === 0 ? shown : [...shown, moreText(hidden, noun)]
}

function moreText(hidden: number, noun: string): string {
  return `… and ${hidden.toLocaleString('en')} more ${hidden === 1 ? noun : `${noun}s`}; \`-o json\` has them all`
}
