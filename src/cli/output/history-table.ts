import type { DriftEvent } from '../../domain/drift.js'
import type { HistoryDay, StackHistory } from '../../domain/history.js'
import { countOf } from '../../lib/text/count-of.js'
import { RESOLUTION_WORDS } from '../../lib/text/drift-words.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { recordName } from '../../lib/text/record-words.js'
import { cutMiddleTo, cutTo } from '../../lib/text/text-width.js'
import { minuteText, spanText, timeText } from '../../lib/text/time-text.js'
import type { View } from '../terminal.js'
import { type Cell, columnLines, columnWidths, GAP_WIDTH } from './columns.js'
import { createPalette, type Paint, type Palette } from './paint.js'

const MIN_NAME_WIDTH = 10
// columns of what happened: the record and what is said of it are cut, the least telling ones go first
const NAME = 2
const TEXT = 5
const CUT: ReadonlySet<number> = new Set([NAME, TEXT])
// on a narrow terminal: the day, its scans, and what they verified
const DAY_BRIEF: ReadonlySet<number> = new Set([0, 1, 5])
const DROPPED_FIRST = [4, 3, TEXT]
const MAX_EVENTS = 100
const MAX_DAYS = 31
const plain: Paint = (text) => text

interface Layout {
  readonly palette: Palette
  readonly columns: number
}

/** What happened to a stack: the sums, what drifted when and how it ended, and every day. Ends with a line break. */
export function renderHistoryTable(history: StackHistory, view: View): string {
  const palette = createPalette(view.isColored)
  const blocks = [
    [palette.bold(escapeText(history.stack)), ...historyFacts(history).map((fact) => `  ${fact}`)],
    eventLines(history.events, { palette, columns: view.columns }),
    dayLines(history.days, { palette, columns: view.columns }),
  ].filter((block) => block.length > 0)
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

/** The sums in sentences: scans, mean times. */
export function historyFacts({
  isConfigured,
  scans,
  meanTimeToDetectMs,
  meanTimeToResolveMs,
}: StackHistory): readonly string[] {
  const good = scans.filter(({ status }) => status !== 'failed').length
  const first = scans.at(-1)
  return [
    isConfigured ? '' : 'configured no longer: nobody scans it, and what was open is as it was last seen',
    first === undefined
      ? 'never scanned'
      : `${countOf(scans.length, 'scan')} since ${timeText(first.startedAt)}, ${good} with a verdict`,
    meansText(meanTimeToDetectMs, meanTimeToResolveMs),
  ].filter((fact) => fact !== '')
}

function meansText(detectMs: number | null, resolveMs: number | null): string {
  const found = detectMs === null ? '' : `found within ${spanText(detectMs)}`
  const gone = resolveMs === null ? '' : `gone after ${spanText(resolveMs)}`
  const texts = [found, gone].filter((text) => text !== '')
  return texts.length === 0 ? '' : `on average drift is ${texts.join(' and ')}`
}

/** What an event says beyond its type and its record; escaped. */
export function eventText({ resolution, since, at, by, detail, type }: DriftEvent): string {
  const span = since === null ? '' : spanText(Date.parse(at) - Date.parse(since))
  const texts = [
    resolution === null ? '' : RESOLUTION_WORDS[resolution],
    span === '' ? '' : type === 'resolved' ? `after ${span}` : `within ${span}`,
    by === null ? '' : `by ${escapeText(by)}`,
    detail === null ? '' : escapeText(detail),
  ]
  return texts.filter((text) => text !== '').join(', ')
}

/** `96 %`, or a dash where no scan reached a verdict. */
export function shareText(share: number | null): string {
  return share === null ? '-' : `${Math.floor(share * 100)} %`
}

function eventLines(events: readonly DriftEvent[], { palette, columns }: Layout): readonly string[] {
  if (events.length === 0) return ['  nothing drifted']
  const shown = events.slice(0, MAX_EVENTS)
  const heading = ['when', 'what', 'record', 'severity', 'id', ''].map((text) => ({
    text: text.toUpperCase(),
    paint: palette.dim,
  }))
  const hidden = events.length - shown.length
  return [
    ...columnLines(cutToFit([heading, ...shown.map((event) => eventCells(event, palette))], columns)),
    ...(hidden === 0 ? [] : [palette.dim(`… and ${hidden} earlier ones (-o json has them all)`)]),
  ]
}

function eventCells(event: DriftEvent, palette: Palette): readonly Cell[] {
  const { record } = event
  return [
    { text: minuteText(event.at).replace(/ UTC$/, ''), paint: plain },
    { text: event.type, paint: event.type === 'resolved' ? palette.status['in-sync'] : plain },
    { text: recordName(record), paint: palette.bold },
    { text: record.severity, paint: palette.severity[record.severity] },
    { text: record.id, paint: palette.dim },
    { text: eventText(event), paint: palette.dim },
  ]
}

/** Drops columns, then cuts the last one and the names, until a row fits. */
function cutToFit(rows: readonly (readonly Cell[])[], columns: number): readonly (readonly Cell[])[] {
  const all = columnWidths(rows)
  const roomBeside = (kept: readonly number[]): number =>
    columns -
    kept.reduce((sum, column) => (CUT.has(column) ? sum : sum + (all[column] ?? 0)) + GAP_WIDTH, -GAP_WIDTH)
  let kept: readonly number[] = all.map((_, column) => column)
  for (const dropped of DROPPED_FIRST) {
    if (roomBeside(kept) >= MIN_NAME_WIDTH) break
    kept = kept.filter((column) => column !== dropped)
  }
  const room = Math.max(MIN_NAME_WIDTH, roomBeside(kept))
  const nameWidth = Math.min(
    all[NAME] ?? 0,
    kept.includes(TEXT) ? Math.max(MIN_NAME_WIDTH, Math.floor(room / 2)) : room,
  )
  return rows.map((row) =>
    kept.flatMap((column) => {
      const cell = row[column]
      if (cell === undefined) return []
      if (column === NAME) return [{ ...cell, text: cutMiddleTo(cell.text, nameWidth) }]
      return [column === TEXT ? { ...cell, text: cutTo(cell.text, Math.max(1, room - nameWidth)) } : cell]
    }),
  )
}

function dayLines(days: readonly HistoryDay[], { palette, columns }: Layout): readonly string[] {
  const shown = days.slice(0, MAX_DAYS)
  const heading = DAY_HEADING.map((text) => ({ text: text.toUpperCase(), paint: palette.dim }))
  const rows = [heading, ...shown.map((day) => dayFields(day).map((text) => ({ text, paint: plain })))]
  const width = columnWidths(rows).reduce((sum, one) => sum + one + GAP_WIDTH, -GAP_WIDTH)
  const kept = width <= columns ? rows : rows.map((row) => row.filter((_, column) => DAY_BRIEF.has(column)))
  const hidden = days.length - shown.length
  return [
    ...columnLines(kept),
    ...(hidden === 0 ? [] : [palette.dim(`… and ${countOf(hidden, 'earlier day')} (-o json has them all)`)]),
  ]
}

/** The columns of a day. */
export const DAY_HEADING = ['day', 'scans', 'failed', 'opened', 'resolved', 'verified at least'] as const

/** A day, column by column. */
export function dayFields(day: HistoryDay): readonly string[] {
  const numbers = [day.scans, day.failed, day.opened, day.resolved].map(String)
  return [day.date, ...numbers, shareText(day.leastCoverage)]
}
