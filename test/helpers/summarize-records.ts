import type { Change, DriftRecord } from '../../src/domain/record.js'
import type { Expected } from './edits-world.js'

/** One line per record that is not informational: what the truth set is asserted on. Sorted. */
export function summarizeRecords(records: readonly DriftRecord[]): readonly string[] {
  return records
    .filter((record) => record.kind !== 'informational')
    .map((record) => toLine({ ...record, paths: pathsOf(record) }))
    .sort()
}

/** The lines that these expectations ask for. Sorted. */
export function summarizeExpected(expected: readonly Expected[]): readonly string[] {
  return expected.map(toLine).sort()
}

function toLine({ kind, action, correctable, address, paths }: Expected): string {
  return `${kind} ${action}${correctable ? '' : ' (stays)'}: ${address} [${paths.join(', ')}]`
}

/** A thing that is made, or goes, as a whole is not told by its attributes. */
function pathsOf(record: DriftRecord): readonly string[] {
  if (['create', 'delete', 'forget'].includes(record.action)) return []
  return [...new Set(record.changes.map(pathStart))].sort()
}

/** A tag is named with its key; of all else the attribute itself is enough. */
function pathStart({ path }: Change): string {
  return path[0] === 'tags' || path[0] === 'tags_all' ? path.slice(0, 2).join('.') : String(path[0])
}
