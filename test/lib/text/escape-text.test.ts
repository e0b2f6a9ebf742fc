import { describe, expect, it } from 'vitest'
import { escapeText } from '../../../src/lib/text/escape-text.js'

describe('escapeText', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['the one-character form of an escape sequence', '\u009b31m', '\\u009b31m'],
    ['a title that a terminal would take', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
    ['line breaks and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['separators of lines and paragraphs', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['a reversal of the direction of writing', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['what cannot be seen', 'a\u200bb\ufeffc\u00add', 'a\\u200bb\\ufeffc\\u00add'],
    ['tags beyond 16 bits', 'a\u{e0041}', 'a\\u{e0041}'],
    ['half of a surrogate pair', 'a\ud800b', 'a\\ud800b'],
    ['what is no character, and not allowed in XML', 'a\ufffeb\uffff', 'a\\ufffeb\\uffff'],
    ['NUL, backspace and DEL', '\u0000\u0008\u007f', '\\u0000\\u0008\\u007f'],
  ])('makes %s visible', (_, text, escaped) => {
    expect(escapeText(text)).toBe(escaped)
  })

  it.each(['aws_vpc.main["a b"]', '名前', 'é', '😀', 'العربية', 'C:\\temp'])('leaves %s', (text) => {
    expect(escapeText(text)).toBe(text)
  })
})
