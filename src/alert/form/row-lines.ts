import { countOf } from '../../lib/text/count-of.js'
import type { RecordForm, RowForm } from './record-form.js'

const SIGNS = { declared: '+', actual: '-', context: ' ' } as const

/** The changes of a record as lines of plain text: the name of an attribute, and below it what each side has. */
export function rowLines({ rows, hiddenRows }: Pick<RecordForm, 'rows' | 'hiddenRows'>): readonly string[] {
  const lines = rows.flatMap(linesOf)
  return hiddenRows === 0 ? lines : [...lines, `… and ${countOf(hiddenRows, 'more change')}`]
}

function linesOf(row: RowForm): readonly string[] {
  if ('note' in row) return [`${row.label}  ${row.note}`]
  if ('sides' in row) {
    const width = Math.max(...row.sides.map(({ label }) => label.length))
    return [row.label, ...row.sides.map(({ label, text }) => `  ${label.padEnd(width)}  ${text}`)]
  }
  const more = row.hiddenLines === 0 ? [] : [`  … and ${countOf(row.hiddenLines, 'more line')}`]
  const legend = `${row.label}  (${SIGNS.actual} actual, ${SIGNS.declared} Git says)`
  return [legend, ...row.lines.map(({ text }) => `  ${text}`), ...more]
}
