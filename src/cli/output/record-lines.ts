import type { DriftRecord } from '../../domain/record.js'
import { changeLines } from './change-lines.js'
import { escapeText } from './escape-text.js'
import type { Palette } from './paint.js'
import { cutMiddleTo, padTo, widthOf, wrapTo } from './text-width.js'

/** Where and how a record is written. */
export interface RecordLayout {
  readonly palette: Palette
  readonly width: number
  readonly isFull: boolean
}

/** The mark before each kind of record; the word stands beside it. */
export const KIND_SYMBOLS: Readonly<Record<DriftRecord['kind'], string>> = {
  changed: '~',
  deleted: '-',
  conflict: '!',
  unmanaged: '?',
  check: '✗',
  pending: '+',
  informational: 'i',
}

const KIND_WIDTH = 'unmanaged'.length
const INDENT = '    '

/** A record: kind, address, file and line, id; below it what differs, and what applying the code would do. */
export function recordLines(record: DriftRecord, layout: RecordLayout): readonly string[] {
  const width = layout.width - INDENT.length
  return [
    ...headLines(record, layout),
    ...[
      ...changeLines(record.changes, { ...layout, width }),
      ...noteLines(record, width).map((line) => layout.palette.warning(line)),
    ].map((line) => INDENT + line),
  ]
}

/** `db1 · role/task [item]`, or the address alone; escaped. */
export function recordName(record: Pick<DriftRecord, 'address' | 'host'>): string {
  const address = escapeText(record.address)
  return record.host === null ? address : `${escapeText(record.host)} · ${address}`
}

/** `main.tf:25`, or nothing; escaped. */
export function sourceText({ source }: Pick<DriftRecord, 'source'>): string {
  return source === null ? '' : `${escapeText(source.file)}:${source.line}`
}

/** What the kind means for this record, and whether the code would undo it, in sentences. */
export function explainRecord(record: DriftRecord): readonly string[] {
  const meaning = decideMeaning(record)
  const isUndone = record.correctable || record.kind === 'pending' || record.kind === 'informational'
  return [
    ...(record.detail === null ? [] : [escapeText(record.detail)]),
    ...(meaning === null ? [] : [meaning]),
    ...(isUndone ? [] : ['applying the code will not undo this']),
  ]
}

function decideMeaning({ kind, changes, action }: DriftRecord): string | null {
  if (kind === 'deleted') return 'the code declares it and it was applied, but it is gone'
  if (kind === 'unmanaged') return 'it exists, but no stack declares it'
  if (kind === 'conflict') return 'changed outside and in the code since it was last applied'
  if (action === 'replace') return 'applying the code would destroy it and create it anew'
  return kind === 'changed' && changes.length === 0 ? 'it differs from what the code declares' : null
}

function headLines(record: DriftRecord, { palette, width }: RecordLayout): readonly string[] {
  const kind = `${KIND_SYMBOLS[record.kind]} ${padTo(record.kind, KIND_WIDTH)}`
  const place = [sourceText(record), record.id].filter((text) => text !== '').join('  ')
  const nameWidth = width - widthOf(kind) - 2
  const name = cutMiddleTo(recordName(record), nameWidth)
  const head = `${palette.kind[record.kind](kind)}  ${palette.bold(name)}`
  const gap = nameWidth - widthOf(name) - widthOf(place)
  if (gap >= 2) return [`${head}${' '.repeat(gap)}${palette.dim(place)}`]
  return [head, INDENT + palette.dim(cutMiddleTo(place, width - INDENT.length))]
}

function noteLines(record: DriftRecord, width: number): readonly string[] {
  return explainRecord(record).flatMap((text) =>
    wrapTo(text, width - 2).map((line, index) => `${index === 0 ? '↳' : ' '} ${line}`),
  )
}
