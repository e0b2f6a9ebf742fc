import type { Change, Hunk, JsonValue } from '../../domain/record.js'
import { type ChangeRow, type ChangeSide, changeRows } from '../../lib/text/change-rows.js'
import { countOf } from '../../lib/text/count-of.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { cutMiddleTo, cutTo, padTo, widthOf, wrapTo } from '../../lib/text/text-width.js'
import { valueText } from '../../lib/text/value-text.js'
import type { Palette } from './paint.js'

/** Where and how the changes of a record are written. */
export interface ChangeLayout {
  readonly palette: Palette
  /** Columns for a line, indentation not counted. */
  readonly width: number
  /** Whole values, broken over lines, and all lines of texts; else what fits on a line. */
  readonly isFull: boolean
}

const MAX_PATH_SHARE = 0.4
const MIN_LABEL_WIDTH = 4
const MAX_BRIEF_ROWS = 12
const MAX_BRIEF_HUNK_LINES = 16
const MAX_BRIEF_VALUE_LINES = 3
// a statement of a policy that somebody added is what one wants to see whole
const MAX_BRIEF_OBJECT_LINES = 6
const MAX_DECLARED_WIDTH = 24
const ARROW = '  ->  '

/** The changes of a record: a line each where Git's word and reality fit on it, else one line for either. */
export function changeLines(changes: readonly Change[], layout: ChangeLayout): readonly string[] {
  const rows = changeRows(changes)
  const shown = layout.isFull ? rows : rows.slice(0, MAX_BRIEF_ROWS)
  const maxLabelWidth = Math.floor(layout.width * MAX_PATH_SHARE)
  const labelWidths = shown.map((row) => widthOf(row.label)).filter((width) => width <= maxLabelWidth)
  const labelWidth = Math.max(MIN_LABEL_WIDTH, ...labelWidths)
  const declaredWidth = declaredWidthOf(shown, layout)
  const lines = shown.flatMap((row) => rowLines(row, { labelWidth, declaredWidth }, layout))
  const hidden = rows.length - shown.length
  return hidden > 0 ? [...lines, layout.palette.dim(`… and ${countOf(hidden, 'more change')}`)] : lines
}

/** Where a row's content begins, and how wide the left of two sides is. */
interface RowWidths {
  readonly labelWidth: number
  readonly declaredWidth: number
}

/** The short values of the left side are padded to the longest of them, so that the right sides stand in one column. */
function declaredWidthOf(rows: readonly ChangeRow[], { isFull }: ChangeLayout): number {
  const widths = rows.flatMap(({ content }) =>
    content.kind === 'sides' && content.sides.length === 2
      ? [widthOf(valueText(content.sides[0]?.value, { isBrief: !isFull }))]
      : [],
  )
  return Math.max(0, ...widths.filter((width) => width <= MAX_DECLARED_WIDTH))
}

function rowLines(
  row: ChangeRow,
  { labelWidth, declaredWidth }: RowWidths,
  layout: ChangeLayout,
): readonly string[] {
  const { content } = row
  const { palette, width } = layout
  const contentWidth = width - labelWidth - 2
  if (content.kind === 'hunks') {
    const legend = `${palette.actual('- actual')}   ${palette.declared('+ Git says')}`
    const lines = hunkLines(content.hunks, layout).map((line) => `  ${line}`)
    return [...placeLabel(row.label, [legend], { labelWidth, layout }), ...lines]
  }
  const lines =
    content.kind === 'note'
      ? wrapTo(content.text, contentWidth).map(palette.dim)
      : sideLines(content.sides, { width: contentWidth, declaredWidth }, layout)
  return placeLabel(row.label, lines, { labelWidth, layout })
}

/** A label beside its lines; above them where it is too long. */
function placeLabel(
  label: string,
  lines: readonly string[],
  { labelWidth, layout }: { readonly labelWidth: number; readonly layout: ChangeLayout },
): readonly string[] {
  const { palette, width } = layout
  if (widthOf(label) <= labelWidth) return hang(palette.bold(padTo(label, labelWidth)), labelWidth, lines)
  return [palette.bold(cutMiddleTo(label, width)), ...hang(' '.repeat(labelWidth), labelWidth, lines)]
}

/** A label and lines to its right. */
function hang(label: string, labelWidth: number, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(labelWidth)}  ${line}`)
}

function sideLines(
  sides: readonly ChangeSide[],
  { width, declaredWidth }: { readonly width: number; readonly declaredWidth: number },
  layout: ChangeLayout,
): readonly string[] {
  const { palette, isFull } = layout
  const texts = sides.map((side, index) => {
    const text = valueText(side.value, { isBrief: !isFull })
    return { ...side, text, padded: index === 0 && sides.length > 1 ? padTo(text, declaredWidth) : text }
  })
  const plain = texts.map(({ label, padded }) => `${label} ${padded}`).join(ARROW)
  if (texts.length <= 2 && plain.length <= width && widthOf(plain) <= width) {
    const parts = texts.map((side) => `${palette.dim(side.label)} ${paintSide(side, layout)(side.padded)}`)
    return [parts.join(palette.dim(ARROW))]
  }
  const labelWidth = Math.max(...sides.map(({ label }) => label.length))
  return texts.flatMap((side) => {
    const valueWidth = width - labelWidth - 2
    const lines = isFull ? wrapTo(side.text, valueWidth) : foldValue(side.text, side.value, valueWidth)
    return hang(palette.dim(padTo(side.label, labelWidth)), labelWidth, lines.map(paintSide(side, layout)))
  })
}

function paintSide(side: ChangeSide, { palette }: ChangeLayout): (text: string) => string {
  return side.role === 'recorded' ? palette.dim : palette[side.role]
}

/** A value on few lines; of a longer one the beginning, of a text with its size. */
function foldValue(text: string, value: JsonValue | undefined, width: number): readonly string[] {
  const lines =
    text.length <= width * MAX_BRIEF_VALUE_LINES || typeof value !== 'string' ? wrapTo(text, width) : []
  if (lines.length > 0 && lines.length <= MAX_BRIEF_VALUE_LINES) return lines
  if (typeof value !== 'string') {
    if (lines.length <= MAX_BRIEF_OBJECT_LINES) return lines
    const last = cutTo(`${lines[MAX_BRIEF_OBJECT_LINES - 1]} …`, width)
    return [...lines.slice(0, MAX_BRIEF_OBJECT_LINES - 1), last]
  }
  const note = ` (${countOf(value.length, 'character')})`
  return [width > note.length + 10 ? cutTo(text, width - note.length) + note : cutTo(text, width)]
}

function hunkLines(hunks: readonly Hunk[], { palette, width, isFull }: ChangeLayout): readonly string[] {
  const lines = hunks.flatMap((hunk, index) => [
    ...(index > 0 || hunk.newStart > 1 ? [palette.dim(`@ line ${hunk.newStart}`)] : []),
    ...hunk.lines.flatMap((line) => {
      const text = escapeText(line)
      const parts = isFull ? wrapTo(text, width - 2) : [cutTo(text, width - 2)]
      return parts.map(paintLine(line, palette))
    }),
  ])
  if (isFull || lines.length <= MAX_BRIEF_HUNK_LINES) return lines
  const hidden = lines.length - MAX_BRIEF_HUNK_LINES
  return [...lines.slice(0, MAX_BRIEF_HUNK_LINES), palette.dim(`… and ${countOf(hidden, 'more line')}`)]
}

function paintLine(line: string, palette: Palette): (text: string) => string {
  if (line.startsWith('-')) return palette.actual
  return line.startsWith('+') ? palette.declared : palette.dim
}
