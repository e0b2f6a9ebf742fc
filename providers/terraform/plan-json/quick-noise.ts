import { Buffer } from 'node:buffer'
import { BACKSLASH, QUOTE, skipContainer } from './json-bytes.js'

const CHANGE = Buffer.from('"change":{')
const UPDATE_BEFORE = Buffer.from('"actions":["update"],"before":')
const AFTER = Buffer.from(',"after":')
const AFTER_UNKNOWN = Buffer.from(',"after_unknown":')
const BEFORE_SENSITIVE = Buffer.from('"before_sensitive":')
const TRUE = Buffer.from('true')
const EMPTY_VALUES = ['null', '""', '[]', '{}'].map((text) => Buffer.from(text))
const OPEN_OBJECT = 0x7b

/**
 * True where an entry of `resource_drift` surely differs in nothing but the form of empty values (null, "", [] and {}) and
 * marks no value sensitive, without parsing it: almost half of all resources are such after an apply. Only for entries as
 * Terraform writes them, in one line and in its order of keys.
 */
export function isQuietDrift(bytes: Buffer): boolean {
  const change = bytes.indexOf(CHANGE)
  if (change === -1 || !isAt(bytes, UPDATE_BEFORE, change + CHANGE.length)) return false
  const before = change + CHANGE.length + UPDATE_BEFORE.length
  if (bytes[before] !== OPEN_OBJECT) return false
  const beforeEnd = skipContainer(bytes, bytes.length, { at: before, depth: 0, inString: false }).at
  const after = beforeEnd + AFTER.length
  if (!isAt(bytes, AFTER, beforeEnd) || bytes[after] !== OPEN_OBJECT) return false
  const afterEnd = endOfSameText(bytes, { from: before, to: beforeEnd, other: after })
  if (afterEnd === -1 || !isAt(bytes, AFTER_UNKNOWN, afterEnd)) return false
  const marks = bytes.indexOf(BEFORE_SENSITIVE, afterEnd)
  return marks !== -1 && !bytes.includes(TRUE, marks)
}

interface Texts {
  readonly from: number
  readonly to: number
  /** Where the other text begins. */
  readonly other: number
}

/** Where the other text ends when it is the same but for the form of empty values, else -1. */
function endOfSameText(bytes: Buffer, { from, to, other }: Texts): number {
  let left = from
  let right = other
  let inString = false
  while (left < to) {
    const byte = bytes[left]
    if (byte === bytes[right]) {
      if (byte === QUOTE) inString = !inString
      // what follows a backslash is part of the string, whatever it is
      else if (byte === BACKSLASH && bytes[left + 1] !== bytes[right + 1]) return -1
      const step = byte === BACKSLASH ? 2 : 1
      left += step
      right += step
      continue
    }
    const leftLength = inString ? 0 : emptyLengthAt(bytes, left)
    const rightLength = inString ? 0 : emptyLengthAt(bytes, right)
    if (leftLength === 0 || rightLength === 0) return -1
    left += leftLength
    right += rightLength
  }
  return left === to ? right : -1
}

/** The length of the empty value that stands there, 0 where none does. */
function emptyLengthAt(bytes: Buffer, at: number): number {
  return EMPTY_VALUES.find((text) => isAt(bytes, text, at))?.length ?? 0
}

function isAt(bytes: Buffer, text: Buffer, at: number): boolean {
  return bytes.length >= at + text.length && bytes.compare(text, 0, text.length, at, at + text.length) === 0
}
