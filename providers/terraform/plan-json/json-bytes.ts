import { DriftError } from '../../../src/domain/errors.js'

/** `"` */
export const QUOTE = 0x22
/** `\` */
export const BACKSLASH = 0x5c
/** `:` */
export const COLON = 0x3a
/** `,` */
export const COMMA = 0x2c
/** `{` */
export const OPEN_OBJECT = 0x7b
/** `}` */
export const CLOSE_OBJECT = 0x7d
/** `[` */
export const OPEN_ARRAY = 0x5b
/** `]` */
export const CLOSE_ARRAY = 0x5d

/** Where a walk over the bytes of an object or array stands. */
export interface ContainerWalk {
  /** The next byte; one beyond the end where a backslash is the last byte. */
  readonly at: number
  /** Containers that are open. */
  readonly depth: number
  readonly inString: boolean
}

/**
 * Walks on until the outermost container closes (depth 0, `at` behind it) or the bytes end. `deepest` is the greatest
 * depth on the way. The hot loop of reading a plan: every byte passes here once, so no calls and no tables.
 */
export function skipContainer(
  bytes: Buffer,
  end: number,
  from: ContainerWalk,
): ContainerWalk & { readonly deepest: number } {
  let { at, depth } = from
  let deepest = depth
  if (from.inString) {
    at = closingQuote(bytes, at, end)
    if (at >= end) return { at, depth, inString: true, deepest }
    at += 1
  }
  for (; at < end; at += 1) {
    const byte = bytes[at] as number
    if (byte === QUOTE) {
      // the loop of closingQuote, in place: a call for each string would cost a third more
      for (at += 1; at < end; at += 1) {
        const inside = bytes[at]
        if (inside === QUOTE) break
        if (inside === BACKSLASH) at += 1
      }
      if (at >= end) return { at, depth, inString: true, deepest }
    } else if (byte > LAST_BEFORE_BRACKETS) {
      // brackets and braces differ in one bit; between strings JSON has nothing else above Z but true, false and null
      const bracket = byte | BRACKET_OR_BRACE_BIT
      if (bracket === OPEN_OBJECT) {
        depth += 1
        if (depth > deepest) deepest = depth
      } else if (bracket === CLOSE_OBJECT) {
        depth -= 1
        if (depth === 0) return { at: at + 1, depth, inString: false, deepest }
      }
    }
  }
  return { at, depth, inString: false, deepest }
}

/** `Z` */
const LAST_BEFORE_BRACKETS = 0x5a
/** `[` is 0x5b and `{` 0x7b; `]` is 0x5d and `}` 0x7d. */
const BRACKET_OR_BRACE_BIT = 0x20

/** Where the string ends: at its closing quote, or at the end or one beyond it where that is not there yet. */
export function closingQuote(bytes: Buffer, from: number, end: number): number {
  let at = from
  for (; at < end; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) at += 1
  }
  return at
}

/** The end of the last whole UTF-8 character: a chunk may end inside one. */
export function lastCharacterEnd(bytes: Buffer, from: number, to: number): number {
  for (let back = 1; back <= 3 && to - back >= from; back += 1) {
    const byte = bytes[to - back] ?? 0
    if (byte < 0x80) return to
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? to - back : to
    }
  }
  return to
}

/** True for the blanks JSON allows between tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** True for what ends a number, true, false or null. */
export function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte)
}

/** `-`, a digit, or the first letter of true, false, null. */
export function isScalarStart(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || byte === 0x74 || byte === 0x66 || byte === 0x6e
}

/** The text of a key with its quotes. Throws OUTPUT_INVALID. */
export function parseKey(bytes: Buffer): string {
  try {
    return JSON.parse(bytes.toString('utf8')) as string
  } catch (cause) {
    throw new DriftError('OUTPUT_INVALID', 'A key of the JSON document is malformed', { cause })
  }
}
