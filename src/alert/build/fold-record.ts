import type { Change, DriftRecord, Hunk, JsonValue } from '../../domain/record.js'
import { cutText } from '../../lib/text/cut-text.js'

const MAX_CHANGES = 20
const MAX_TEXT_LENGTH = 400
const MAX_VALUE_LENGTH = 800
const MAX_ADDRESS_LENGTH = 500
const MAX_DETAIL_LENGTH = 1_000
const MAX_HUNK_LINES = 40
const MAX_LINE_LENGTH = 300

/**
 * A record as a message carries it: long values, texts and lists of changes are cut, and what is cut says so; a sensitive
 * change has no values, whoever made it (P6).
 */
export function foldRecord(record: DriftRecord): DriftRecord {
  const changes = record.changes.slice(0, MAX_CHANGES).map(foldChange)
  const hidden = record.changes.length - changes.length
  const more = hidden > 0 ? `${hidden} more of its attributes differ` : ''
  const detail = [cutText(record.detail ?? '', MAX_DETAIL_LENGTH), more]
    .filter((text) => text !== '')
    .join('; ')
  return {
    ...record,
    address: cutText(record.address, MAX_ADDRESS_LENGTH),
    host: record.host === null ? null : cutText(record.host, MAX_ADDRESS_LENGTH),
    changes,
    detail: detail === '' ? null : detail,
  }
}

function foldChange(change: Change): Change {
  const { path, cause, sensitive } = change
  if (sensitive) return { path, cause, sensitive }
  const hunks = change.hunks && foldHunks(change.hunks)
  const values = (['declared', 'actual', 'recorded'] as const).flatMap((side) =>
    change[side] === undefined ? [] : [[side, foldValue(change[side])] as const],
  )
  const isCut =
    values.some(([side, value]) => value !== change[side]) || (hunks !== undefined && hunks !== change.hunks)
  return {
    ...change,
    ...Object.fromEntries(values),
    ...(hunks && { hunks }),
    ...(isCut && { truncated: true, ...sizesOf(change) }),
  }
}

/** The value itself where it is short; else its beginning as text. */
function foldValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cutText(value, MAX_TEXT_LENGTH)
  if (value === null || typeof value !== 'object') return value
  const text = JSON.stringify(value)
  return text.length <= MAX_VALUE_LENGTH ? value : cutText(text, MAX_VALUE_LENGTH)
}

function foldHunks(hunks: readonly Hunk[]): readonly Hunk[] {
  const isShort =
    hunks.reduce((sum, { lines }) => sum + lines.length, 0) <= MAX_HUNK_LINES &&
    hunks.every(({ lines }) => lines.every((line) => line.length <= MAX_LINE_LENGTH))
  if (isShort) return hunks
  let left = MAX_HUNK_LINES
  return hunks.flatMap((hunk) => {
    const lines = hunk.lines.slice(0, left).map((line) => cutText(line, MAX_LINE_LENGTH))
    left -= lines.length
    return lines.length === 0 ? [] : [{ ...hunk, lines }]
  })
}

function sizesOf({ declared, actual, declaredBytes, actualBytes }: Change): Partial<Change> {
  const size = (known: number | undefined, value: JsonValue | undefined): number | undefined =>
    known ?? (value === undefined ? undefined : JSON.stringify(value).length)
  const sizes = { declaredBytes: size(declaredBytes, declared), actualBytes: size(actualBytes, actual) }
  return Object.fromEntries(Object.entries(sizes).filter(([, bytes]) => bytes !== undefined))
}
