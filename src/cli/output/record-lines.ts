import type { DriftRecord } from '../../domain/record.js'
import { countOf } from '../../lib/text/count-of.js'
import { explainDrift } from '../../lib/text/drift-words.js'
import { explainRecord, KIND_SYMBOLS, recordName, sourceText } from '../../lib/text/record-words.js'
import { cutMiddleTo, padTo, widthOf, wrapTo } from '../../lib/text/text-width.js'
import { changeLines } from './change-lines.js'
import type { KnownDrifts } from './drifts-of.js'
import type { Palette } from './paint.js'

/** Where and how a record is written. */
export interface RecordLayout {
  readonly palette: Palette
  readonly width: number
  readonly isFull: boolean
  readonly drifts: KnownDrifts
}

const KIND_WIDTH = 'unmanaged'.length
const INDENT = '    '
const MAX_BRIEF_NOTE_LINES = 8

/** A record: kind, address, file and line, id; below it what differs, and what applying the code would do. */
export function recordLines(record: DriftRecord, layout: RecordLayout): readonly string[] {
  const width = layout.width - INDENT.length
  return [
    ...headLines(record, layout),
    ...[
      ...changeLines(record.changes, { ...layout, width }),
      ...noteLines(record, { ...layout, width }).map((line) => layout.palette.warning(line)),
      ...pastLines(record, { ...layout, width }).map((line) => layout.palette.dim(line)),
    ].map((line) => INDENT + line),
  ]
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

function pastLines({ fingerprint }: DriftRecord, { drifts, width }: RecordLayout): readonly string[] {
  const drift = drifts.get(fingerprint)
  return drift === undefined ? [] : explainDrift(drift).flatMap((text) => wrapTo(text, width))
}

function noteLines(record: DriftRecord, { width, isFull }: RecordLayout): readonly string[] {
  const lines = explainRecord(record).flatMap((text) =>
    wrapTo(text, width - 2).map((line, index) => `${index === 0 ? '↳' : ' '} ${line}`),
  )
  if (isFull || lines.length <= MAX_BRIEF_NOTE_LINES) return lines
  const hidden = lines.length - MAX_BRIEF_NOTE_LINES
  return [...lines.slice(0, MAX_BRIEF_NOTE_LINES), `  … and ${countOf(hidden, 'more line')}`]
}
