import { padTo, widthOf } from '../../lib/text/text-width.js'
import type { Paint } from './paint.js'

/** One field of a table. */
export interface Cell {
  readonly text: string
  readonly paint: Paint
}

const GAP = '   '

/** How wide the space between two columns is. */
export const GAP_WIDTH = GAP.length

/** How wide each column is. */
export function columnWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column]?.text ?? ''))),
  )
}

/** Rows as lines, their columns below each other. */
export function columnLines(rows: readonly (readonly Cell[])[]): readonly string[] {
  const widths = columnWidths(rows)
  return rows.map((row) =>
    row
      .map(({ text, paint }, column) =>
        paint(padTo(text, column === row.length - 1 ? 0 : (widths[column] ?? 0))),
      )
      .join(GAP)
      .trimEnd(),
  )
}
