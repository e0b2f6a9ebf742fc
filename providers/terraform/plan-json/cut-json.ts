import { isUtf8 } from 'node:buffer'
import { DriftError } from '../../../src/domain/errors.js'
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  closingQuote,
  isDelimiter,
  isScalarStart,
  isSpace,
  lastCharacterEnd,
  OPEN_ARRAY,
  OPEN_OBJECT,
  parseKey,
  QUOTE,
  skipContainer,
} from './json-bytes.js'

/** `enter`: walk what is inside; `take`: hand over the bytes; `skip`: pass over. Scalars cannot be entered. */
export type CutDecision = 'enter' | 'take' | 'skip'

/** Says what happens with each value, and is handed the bytes of those it takes. */
export interface CutVisitor {
  /** Asked at the start of each value inside an entered one; `*` stands for an element. The array is reused: do not keep it. */
  decide(path: readonly string[]): CutDecision
  /** One whole value as JSON text. The bytes are valid only during the call. */
  take(path: readonly string[], bytes: Buffer): void
}

/** Deeper than any plan or schema goes, shallow enough for recursion over one value. */
export const MAX_DEPTH = 500
/** One value larger than this is no resource; Node's strings end at 512 MiB. */
const MAX_VALUE_BYTES = 256 * 1024 * 1024
const FIRST_WINDOW_BYTES = 1024 * 1024

type Expectation = 'value' | 'first-key' | 'key' | 'colon' | 'first-element' | 'next' | 'nothing'
type Scan = 'none' | 'container' | 'string' | 'scalar'

/**
 * Walks one JSON object and cuts it into values without holding the document. Throws OUTPUT_TRUNCATED where the text ends
 * in the middle, OUTPUT_INVALID where it is empty, no JSON object, not UTF-8, nested deeper than MAX_DEPTH, or where more follows.
 */
export async function cutJson(source: AsyncIterable<Buffer>, visitor: CutVisitor): Promise<void> {
  const cutter = new JsonCutter(visitor)
  for await (const chunk of source) cutter.write(chunk)
  cutter.end()
}

class JsonCutter {
  readonly #visitor: CutVisitor
  #window = Buffer.allocUnsafe(FIRST_WINDOW_BYTES)
  #length = 0
  /** Everything before it is known to be UTF-8. */
  #checked = 0
  /** Next byte to look at; may be one beyond the window after a backslash at its end. */
  #position = 0
  /** Where the value or key begins that is being scanned, or -1. */
  #start = -1
  #scan: Scan = 'none'
  #isTaken = false
  #isKey = false
  #depth = 0
  #inString = false
  #expected: Expectation = 'value'
  #isAtStart = true
  readonly #path: string[] = []
  /** True for each entered array, false for each entered object. */
  readonly #isArray: boolean[] = []

  constructor(visitor: CutVisitor) {
    this.#visitor = visitor
  }

  write(chunk: Buffer): void {
    this.#append(chunk)
    this.#checkUtf8(false)
    if (this.#isAtStart && !this.#skipByteOrderMark()) return
    this.#run()
  }

  end(): void {
    if (this.#isAtStart) {
      this.#isAtStart = false
      this.#run()
    }
    this.#checkUtf8(true)
    if (this.#expected === 'nothing') return
    if (this.#expected === 'value' && this.#path.length === 0 && this.#scan === 'none') {
      throw new DriftError('OUTPUT_INVALID', 'The JSON document is empty')
    }
    throw new DriftError('OUTPUT_TRUNCATED', 'The JSON document ends in the middle')
  }

  /** Moves what is still needed to the front and adds the chunk behind it. */
  #append(chunk: Buffer): void {
    const keepFrom = Math.min(this.#start === -1 ? this.#position : this.#start, this.#checked, this.#length)
    if (keepFrom > 0) {
      this.#window.copyWithin(0, keepFrom, this.#length)
      this.#length -= keepFrom
      this.#position -= keepFrom
      this.#checked -= keepFrom
      if (this.#start !== -1) this.#start -= keepFrom
    }
    const needed = this.#length + chunk.length
    if (needed > this.#window.length) {
      if (needed > MAX_VALUE_BYTES)
        throw invalid(`A value of the JSON document is over ${MAX_VALUE_BYTES} bytes`)
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#window.length * 2))
      this.#window.copy(grown, 0, 0, this.#length)
      this.#window = grown
    }
    chunk.copy(this.#window, this.#length)
    this.#length = needed
  }

  #checkUtf8(isEnd: boolean): void {
    const end = isEnd ? this.#length : lastCharacterEnd(this.#window, this.#checked, this.#length)
    if (!isUtf8(this.#window.subarray(this.#checked, end))) throw invalid('The JSON document is not UTF-8')
    this.#checked = end
  }

  /** False while too few bytes are there to tell. */
  #skipByteOrderMark(): boolean {
    if (this.#length < 3 && this.#window[0] === 0xef) return false
    if (this.#length === 0) return false
    if (this.#window[0] === 0xef && this.#window[1] === 0xbb && this.#window[2] === 0xbf) this.#position = 3
    this.#isAtStart = false
    return true
  }

  #run(): void {
    for (;;) {
      if (this.#scan !== 'none' && !this.#finishScan()) return
      while (this.#position < this.#length && isSpace(this.#window[this.#position])) this.#position += 1
      if (this.#position >= this.#length) return
      this.#step(this.#window[this.#position] ?? 0)
    }
  }

  /** One structural token at the current position. */
  #step(byte: number): void {
    switch (this.#expected) {
      case 'first-element':
        if (byte === CLOSE_ARRAY) this.#leave()
        else this.#beginValue(byte)
        break
      case 'first-key':
        if (byte === CLOSE_OBJECT) this.#leave()
        else this.#beginKey(byte)
        break
      case 'value':
        this.#beginValue(byte)
        break
      case 'key':
        this.#beginKey(byte)
        break
      case 'colon':
        if (byte !== COLON) throw unexpected(byte)
        this.#position += 1
        this.#expected = 'value'
        break
      case 'next':
        this.#next(byte)
        break
      case 'nothing':
        throw invalid('More follows after the end of the JSON document')
    }
  }

  #beginKey(byte: number): void {
    if (byte !== QUOTE) throw unexpected(byte)
    this.#begin('string', false)
    this.#isKey = true
  }

  #beginValue(byte: number): void {
    const isContainer = byte === OPEN_OBJECT || byte === OPEN_ARRAY
    if (this.#isArray.length === 0 && byte !== OPEN_OBJECT) throw unexpected(byte)
    const decision = this.#isArray.length === 0 ? 'enter' : this.#visitor.decide(this.#path)
    if (isContainer && decision === 'enter') {
      this.#enter(byte === OPEN_ARRAY)
      return
    }
    if (!isContainer && byte !== QUOTE && !isScalarStart(byte)) throw unexpected(byte)
    this.#begin(isContainer ? 'container' : byte === QUOTE ? 'string' : 'scalar', decision === 'take')
  }

  #enter(isArray: boolean): void {
    this.#isArray.push(isArray)
    if (this.#isArray.length > MAX_DEPTH) throw tooDeep()
    if (isArray) this.#path.push('*')
    this.#position += 1
    this.#expected = isArray ? 'first-element' : 'first-key'
  }

  #leave(): void {
    if (this.#isArray.pop()) this.#path.pop()
    this.#position += 1
    this.#valueDone()
  }

  /** After a value: an object's key is over, and what may come next depends on what surrounds it. */
  #valueDone(): void {
    if (this.#isArray.length === 0) {
      this.#expected = 'nothing'
      return
    }
    if (this.#isArray.at(-1) === false) this.#path.pop()
    this.#expected = 'next'
  }

  #next(byte: number): void {
    const isArray = this.#isArray.at(-1)
    if (byte === (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
      this.#leave()
      return
    }
    if (byte !== COMMA) throw unexpected(byte)
    this.#position += 1
    this.#expected = isArray ? 'value' : 'key'
  }

  #begin(scan: Scan, isTaken: boolean): void {
    this.#scan = scan
    this.#isTaken = isTaken
    // a skipped value is dropped as it passes by; a key is always needed
    this.#start = isTaken || this.#expected === 'key' || this.#expected === 'first-key' ? this.#position : -1
    this.#depth = 0
    this.#inString = scan === 'string'
    if (scan === 'string') this.#position += 1
  }

  /** True when the value or key that is being scanned is over. */
  #finishScan(): boolean {
    const isOver =
      this.#scan === 'scalar'
        ? this.#scanScalar()
        : this.#scan === 'string'
          ? this.#scanString()
          : this.#scanContainer()
    if (!isOver) return false
    const start = this.#start
    const path = this.#path
    this.#scan = 'none'
    this.#start = -1
    if (this.#isKey) {
      this.#isKey = false
      path.push(parseKey(this.#window.subarray(start, this.#position)))
      this.#expected = 'colon'
      return true
    }
    if (this.#isTaken) this.#visitor.take(path, this.#window.subarray(start, this.#position))
    this.#valueDone()
    return true
  }

  #scanScalar(): boolean {
    const bytes = this.#window
    let at = this.#position
    while (at < this.#length && !isDelimiter(bytes[at])) at += 1
    this.#position = at
    return at < this.#length
  }

  #scanString(): boolean {
    const quote = closingQuote(this.#window, this.#position, this.#length)
    const isOver = quote < this.#length
    this.#position = isOver ? quote + 1 : quote
    return isOver
  }

  #scanContainer(): boolean {
    const found = skipContainer(this.#window, this.#length, {
      at: this.#position,
      depth: this.#depth,
      inString: this.#inString,
    })
    if (found.deepest > MAX_DEPTH) throw tooDeep()
    this.#position = found.at
    this.#depth = found.depth
    this.#inString = found.inString
    return found.depth === 0
  }
}

function unexpected(byte: number): DriftError {
  return invalid(`The JSON document has an unexpected byte 0x${byte.toString(16).padStart(2, '0')}`)
}

function tooDeep(): DriftError {
  return invalid(`The JSON document is nested deeper than ${MAX_DEPTH} levels`)
}

function invalid(message: string): DriftError {
  return new DriftError('OUTPUT_INVALID', message)
}
