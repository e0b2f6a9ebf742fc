import { type DriftRecord, isPending } from '../../domain/record.js'
import { pathText } from '../../lib/text/path-text.js'
import { recordName, sourceText } from '../../lib/text/record-words.js'
import { cutMiddleTo, cutTo, padTo, widthOf } from '../../lib/text/text-width.js'
import type { Palette } from './paint.js'

/** Where and how unapplied code is written, and whether all of it is shown. */
export interface PendingLayout {
  readonly palette: Palette
  readonly width: number
  readonly isAll: boolean
}

const MAX_PENDING = 10
const ACTION_WIDTH = 'replace'.length
const MAX_NAME_SHARE = 0.6
const MIN_FACTS_WIDTH = 12

/** The unapplied code among these records: a heading and a line each; nothing where there is none. */
export function pendingLines(records: readonly DriftRecord[], layout: PendingLayout): readonly string[] {
  const pending = records.filter(isPending)
  if (pending.length === 0) return []
  const shown = layout.isAll ? pending : pending.slice(0, MAX_PENDING)
  const longest = Math.max(...shown.map((record) => widthOf(recordName(record))))
  const nameWidth = Math.min(longest, Math.floor(layout.width * MAX_NAME_SHARE))
  const hidden = pending.length - shown.length
  return [
    layout.palette.bold(
      `Unapplied code: ${pending.length} (the code says so, nobody has applied it; no drift)`,
    ),
    ...shown.map((record) => pendingLine(record, nameWidth, layout)),
    ...(hidden > 0 ? [layout.palette.dim(`… and ${hidden} more (--all shows them)`)] : []),
  ]
}

function pendingLine(record: DriftRecord, nameWidth: number, { palette, width }: PendingLayout): string {
  const action = padTo(record.action, ACTION_WIDTH)
  const name = padTo(cutMiddleTo(recordName(record), nameWidth), nameWidth)
  const paths = [...new Set(record.changes.map((change) => pathText(change.path.slice(0, 2))))].join(', ')
  const facts = [sourceText(record), record.action === 'create' ? '' : paths].filter((text) => text !== '')
  const room = width - 2 - ACTION_WIDTH - 2 - nameWidth - 2
  const tail = room >= MIN_FACTS_WIDTH ? palette.dim(cutTo(facts.join('  '), room)) : ''
  return `  ${palette.kind.pending(action)}  ${name}  ${tail}`.trimEnd()
}
