import type { AlertEnding, AlertRecord } from '../../domain/alert-message.js'
import type { Hunk } from '../../domain/record.js'
import type { Severity } from '../../domain/severity.js'
import { type ChangeRow, type ChangeSide, changeRows } from '../../lib/text/change-rows.js'
import { countOf } from '../../lib/text/count-of.js'
import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { explainRecord, KIND_SYMBOLS, recordName, sourceText } from '../../lib/text/record-words.js'
import { minuteText, spanText } from '../../lib/text/time-text.js'
import { valueText } from '../../lib/text/value-text.js'
import { oneLine } from '../build/words.js'

/** How much of a record is written out. */
export interface Detail {
  readonly maxRows: number
  readonly maxValueLength: number
  readonly maxHunkLines: number
}

/** A record in words, on which every channel only puts its markup. Each text is one line, free of control characters. */
export interface RecordForm {
  readonly stack: string
  readonly severity: Severity
  /** It was told as open, and is no longer. */
  readonly isOver: boolean
  /** `CRITICAL`, `RESOLVED`, or how else it is over. */
  readonly badge: string
  /** `~ changed`, or `was critical, changed`. */
  readonly kind: string
  /** `db1 · role/task [item]`, or the address. */
  readonly name: string
  /** `main.tf:25`, or nothing. */
  readonly source: string
  readonly sourceUrl: string | null
  /** `open for 4 d 2 h, since 2026-11-20 10:17 UTC`, or how and when it ended; who changed it, where that is known. */
  readonly history: string
  readonly rows: readonly RowForm[]
  /** Changes that are not in `rows`. */
  readonly hiddenRows: number
  readonly notes: readonly string[]
}

/** One attribute that differs, in words. */
export type RowForm =
  | { readonly label: string; readonly note: string }
  | { readonly label: string; readonly sides: readonly SideForm[] }
  | { readonly label: string; readonly lines: readonly LineForm[]; readonly hiddenLines: number }

/** What one side has. */
export interface SideForm {
  readonly label: string
  readonly role: ChangeSide['role']
  readonly text: string
}

/** A line of a text difference, with its sign. */
export interface LineForm {
  readonly role: 'declared' | 'actual' | 'context'
  readonly text: string
}

// of a resource's name the beginning and the end tell most
const MAX_NAME_LENGTH = 300
const MAX_LABEL_LENGTH = 120
const MAX_NOTE_LENGTH = 600
const MAX_NOTES = 6

const ENDS: Readonly<Record<AlertEnding, string>> = {
  vanished: 'it is as declared again',
  remediated: 'an approved request undid it',
  adopted: 'the code took it over',
  accepted: 'a rule accepts it',
  unconfigured: 'its stack is configured no longer, so nobody looks',
}

/** A record in words; `at` is when the message is of. */
export function formRecord(item: AlertRecord, detail: Detail, at: string): RecordForm {
  const { record, stack } = item
  const rows = changeRows(record.changes)
  const isOver = item.resolvedAt !== null
  const kind = `${KIND_SYMBOLS[record.kind]} ${record.kind}`
  return {
    stack: escapeText(stack),
    severity: record.severity,
    isOver,
    badge: isOver ? overBadge(item) : record.severity.toUpperCase(),
    kind: isOver ? `was ${record.severity}, ${record.kind}` : kind,
    name: cutMiddle(recordName(record), MAX_NAME_LENGTH),
    source: cutMiddle(sourceText(record), MAX_NAME_LENGTH),
    sourceUrl: item.sourceUrl,
    history: historyText(item, at),
    rows: rows.slice(0, detail.maxRows).map((row) => formRow(row, detail)),
    hiddenRows: Math.max(0, rows.length - detail.maxRows),
    // they say how it is, not how it was
    notes: (isOver ? [] : [...severityText(item), ...explainRecord(record)])
      .slice(0, MAX_NOTES)
      .map((note) => cutText(note, MAX_NOTE_LENGTH)),
  }
}

function overBadge({ resolution }: AlertRecord): string {
  if (resolution === 'accepted') return 'ACCEPTED'
  return resolution === 'unconfigured' ? 'CLOSED' : 'RESOLVED'
}

function severityText({ record, severityReason }: AlertRecord): readonly string[] {
  return severityReason ? [`${record.severity}, since ${escapeText(severityReason)}`] : []
}

function historyText({ since, resolvedAt, resolution, changedBy }: AlertRecord, at: string): string {
  const by = changedBy === null ? '' : ` · changed by ${oneLine(changedBy, MAX_LABEL_LENGTH)}`
  if (resolvedAt === null) return `open for ${spanBetween(since, at)}, since ${minuteText(since)}${by}`
  const end = resolution === null ? '' : `: ${ENDS[resolution]}`
  return `open for ${spanBetween(since, resolvedAt)}, until ${minuteText(resolvedAt)}${end}${by}`
}

function spanBetween(fromTime: string, toTime: string): string {
  return spanText(Math.max(0, Date.parse(toTime) - Date.parse(fromTime)))
}

function formRow({ label, content }: ChangeRow, { maxValueLength, maxHunkLines }: Detail): RowForm {
  const short = cutMiddle(label, MAX_LABEL_LENGTH)
  if (content.kind === 'note') return { label: short, note: content.text }
  if (content.kind === 'hunks')
    return { label: short, ...formHunks(content.hunks, maxHunkLines, maxValueLength) }
  return { label: short, sides: content.sides.map((side) => formSide(side, maxValueLength)) }
}

function formSide({ label, role, value }: ChangeSide, maxLength: number): SideForm {
  const text = valueText(value, { isBrief: true })
  if (text.length <= maxLength) return { label, role, text }
  const size = typeof value === 'string' ? ` (${countOf(value.length, 'character')})` : ''
  return { label, role, text: `${cutText(text, maxLength)}${size}` }
}

function formHunks(
  hunks: readonly Hunk[],
  maxLines: number,
  maxLength: number,
): { readonly lines: readonly LineForm[]; readonly hiddenLines: number } {
  const lines = hunks.flatMap((hunk, index) => [
    ...(index > 0 || hunk.newStart > 1 ? [context(`@ line ${hunk.newStart}`)] : []),
    ...hunk.lines.map((line) => formLine(line, maxLength)),
  ])
  return { lines: lines.slice(0, maxLines), hiddenLines: Math.max(0, lines.length - maxLines) }
}

function formLine(line: string, maxLength: number): LineForm {
  const text = oneLine(line, maxLength)
  if (line.startsWith('-')) return { role: 'actual', text }
  return line.startsWith('+') ? { role: 'declared', text } : context(text)
}

function context(text: string): LineForm {
  return { role: 'context', text }
}

/** The text in at most so many UTF-16 units, its middle replaced by an ellipsis. */
function cutMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const half = Math.floor((maxLength - 1) / 2)
  const end = text.slice(-half).replace(/^[\udc00-\udfff]/, '')
  return `${cutText(text, half + 1)}${end}`
}
