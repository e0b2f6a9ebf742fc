import { type SeenRecord, seenScans } from '../../documents/seen-scans.js'
import type { Scan } from '../../domain/scan.js'
import { compareSeverities } from '../../domain/severity.js'
import { countOf } from '../../lib/text/count-of.js'
import { codeBlock, codeSpan, foldedBlock, tableRow } from '../../lib/text/markdown-text.js'
import { KIND_SYMBOLS, recordName, sourceText } from '../../lib/text/record-words.js'
import { changedPathsText } from './changed-paths.js'
import { decideNextStep } from './next-step.js'
import { createPalette } from './paint.js'
import { pendingLines } from './pending-lines.js'
import { plainRecordLines } from './plain-record.js'
import type { ReportView } from './report-view.js'
import { factsText, STATUS_SYMBOLS } from './scan-headline.js'
import { coverageBlocks, problemBlocks } from './scan-remarks.js'
import { isShownInFull } from './shown-records.js'
import { STATUS_ORDER, stacksSummary } from './stacks-summary.js'
import { takeWithin } from './take-within.js'

/** GitHub takes comments of 65,536 characters, and a robot puts words of its own around ours. */
export const MAX_MARKDOWN_CHARACTERS = 60_000

const WIDTH = 100
// shares of the whole; what is left goes to the details
const MAX_STACKS_CHARACTERS = 9_000
const MAX_REMARKS_CHARACTERS = 9_000
const MAX_RECORDS_CHARACTERS = 18_000
const MAX_FOLD_CHARACTERS = 10_000
const MAX_END_CHARACTERS = 500
// an empty line between two parts
const PART_GAP = 2

/**
 * A comment for a pull request: the verdict on the first line, then a table of records, loudest first, with their
 * details folded. At most `MAX_MARKDOWN_CHARACTERS` long; what does not fit is counted.
 */
export function renderScansMarkdown(scans: readonly Scan[], view: ReportView): string {
  return render(scans, view, false)
}

/** The scans of single records, with these records alone, and their values in full. */
export function renderRecordsMarkdown(seen: readonly SeenRecord[], view: ReportView): string {
  return render(seenScans(seen), view, true)
}

function render(scans: readonly Scan[], view: ReportView, isFull: boolean): string {
  const records = shownRecords(scans, view.isAll)
  const problems = { maxCharacters: MAX_REMARKS_CHARACTERS, noun: 'problem' }
  const start = [
    summaryLine(scans),
    ...(scans.length > 1 ? [stacksTable(scans)] : []),
    ...partsWithin(scans.filter(hasProblem), problemPart, problems),
    ...(records.length > 0 ? [recordsTable(records, scans.length > 1)] : []),
  ]
  const step = decideNextStep(scans)
  const end = step === null ? [] : [`**Next:** ${step}`]
  const used = [...start, ...end].reduce((sum, part) => sum + part.length + PART_GAP, 0)
  const folds: readonly (SeenRecord | Fold)[] = [
    ...records,
    ...scans.flatMap((scan) => scanFolds(scan, view.isAll)),
  ]
  const details = partsWithin(folds, (part) => foldedPart(part, isFull), {
    maxCharacters: MAX_MARKDOWN_CHARACTERS - used - MAX_END_CHARACTERS,
    noun: 'folded part',
  })
  return `${[...start, ...details, ...end].join('\n\n')}\n`
}

function shownRecords(scans: readonly Scan[], isAll: boolean): readonly SeenRecord[] {
  return scans
    .flatMap((scan) => scan.records.map((record) => ({ scan, record })))
    .filter(({ record }) => isShownInFull(record, isAll))
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
  const toRow = (scan: Scan): string =>
    tableRow([`${STATUS_SYMBOLS[scan.status]} ${scan.status}`, codeSpan(scan.stack), factsText(scan)])
  const bound = { maxCharacters: MAX_STACKS_CHARACTERS, gap: 1 }
  return table(['status', 'stack', ''], takeWithin(byLoudness(scans), toRow, bound), 'stack')
}

function recordsTable(records: readonly SeenRecord[], hasStack: boolean): string {
  const toRow = ({ scan, record }: SeenRecord): string =>
    tableRow([
      record.severity,
      `${KIND_SYMBOLS[record.kind]} ${record.kind}`,
      ...(hasStack ? [codeSpan(scan.stack)] : []),
      codeSpan(recordName(record)),
      codeSpan(changedPathsText(record)),
      codeSpan(sourceText(record)),
    ])
  const bound = { maxCharacters: MAX_RECORDS_CHARACTERS, gap: 1 }
  const heading = ['severity', 'kind', ...(hasStack ? ['stack'] : []), 'record', 'differs', 'code']
  return table(heading, takeWithin(records, toRow, bound), 'record')
}

function table(
  heading: readonly string[],
  { taken, hidden }: ReturnType<typeof takeWithin>,
  noun: string,
): string {
  const lines = [tableRow(heading), tableRow(heading.map(() => '---')), ...taken].join('\n')
  return hidden === 0 ? lines : `${lines}\n\n${moreText(hidden, noun)}`
}

function hasProblem(scan: Scan): boolean {
  return scan.error !== null || scan.warnings.length > 0
}

/** Errors and warnings are never folded: they decide how much the rest is worth. */
function problemPart(scan: Scan): string {
  const lines = problemBlocks(scan, { palette: createPalette(false), width: WIDTH, isAll: false }).flat()
  return `${codeSpan(scan.stack)}:\n\n${codeBlock(within(lines, MAX_REMARKS_CHARACTERS / 3))}`
}

/** Something that stands below its title until it is opened. */
interface Fold {
  readonly title: string
  readonly lines: readonly string[]
}

/** Unapplied code, what could not be verified, and what was really run. */
function scanFolds(scan: Scan, isAll: boolean): readonly Fold[] {
  const layout = { palette: createPalette(false), width: WIDTH, isAll }
  return [pendingLines(scan.records, layout), ...coverageBlocks(scan, layout)]
    .filter((block) => block.length > 0)
    .map(([title = '', ...lines]) => ({ title: `${scan.stack}: ${title}`, lines }))
}

function foldedPart(part: SeenRecord | Fold, isFull: boolean): string {
  if ('lines' in part) return foldedBlock(part.title, within(part.lines))
  const { record } = part
  const title = `${record.kind} ${recordName(record)} (${record.id})`
  return foldedBlock(title, within(plainRecordLines(record, isFull)))
}

/** One part never takes all of the room, however long it is. */
function within(lines: readonly string[], maxCharacters = MAX_FOLD_CHARACTERS): readonly string[] {
  const { taken, hidden } = takeWithin(lines, (line) => line, { maxCharacters, gap: 1 })
  return hidden === 0 ? taken : [...taken, `… and ${countOf(hidden, 'more line')}`]
}

function partsWithin<Item>(
  items: readonly Item[],
  toPart: (item: Item) => string,
  { maxCharacters, noun }: { readonly maxCharacters: number; readonly noun: string },
): readonly string[] {
  const { taken, hidden } = takeWithin(items, toPart, { maxCharacters, gap: PART_GAP })
  return hidden === 0 ? taken : [...taken, moreText(hidden, noun)]
}

function moreText(hidden: number, noun: string): string {
  return `… and ${countOf(hidden, `more ${noun}`)}; \`-o json\` has them all`
}
