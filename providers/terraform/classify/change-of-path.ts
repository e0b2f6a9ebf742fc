import type { Cause, Change, JsonValue } from '../../../src/domain/record.js'
import type { Redactor } from '../../../src/lib/redact.js'
import type { PathDelta, Standing } from './path-delta.js'

/** Bytes of one side of a change that are kept (product.md, Identity). */
export const MAX_VALUE_BYTES = 64 * 1024
/** What Terraform itself prints for a value that it cannot know before apply. */
const UNKNOWN_VALUE = '(known after apply)'

const CAUSES: Readonly<Record<Standing, Cause>> = {
  outside: 'outside',
  left: 'outside',
  code: 'code',
  unknown: 'code',
  both: 'both',
}

/** The change of a record: without values where they are sensitive, scrubbed and cut where they are not. */
export function changeOfPath(delta: PathDelta, redactor: Redactor): Change {
  const path = delta.path.map((key) => (typeof key === 'string' ? redactor.text(key) : key))
  const cause = CAUSES[delta.standing]
  if (delta.isSensitive) return { path, cause, sensitive: true }
  const declared = cut(redactor.value(delta.isUnknown ? UNKNOWN_VALUE : delta.declared))
  const actual = cut(redactor.value(delta.actual))
  const recorded = cut(redactor.value(delta.recorded))
  const values = { declared: declared.value, actual: actual.value, recorded: recorded.value }
  const isCut = declared.isCut || actual.isCut || recorded.isCut
  const sizes = isCut ? { truncated: true, declaredBytes: declared.bytes, actualBytes: actual.bytes } : {}
  return { path, cause, ...values, sensitive: false, ...sizes }
}

/** What the content hash of a place is made of, before anything is withheld. */
export function contentOfPath(delta: PathDelta): JsonValue {
  return [[...delta.path], delta.isUnknown ? UNKNOWN_VALUE : delta.declared, delta.actual]
}

function cut(value: JsonValue): {
  readonly value: JsonValue
  readonly bytes: number
  readonly isCut: boolean
} {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_VALUE_BYTES) return { value, bytes, isCut: false }
  // a character that the cut splits is dropped
  const kept = Buffer.from(text)
    .subarray(0, MAX_VALUE_BYTES)
    .toString('utf8')
    .replace(/\ufffd$/, '')
  return { value: kept, bytes, isCut: true }
}
