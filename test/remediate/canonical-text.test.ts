import { describe, expect, it } from 'vitest'
import { canonicalText } from '../../src/remediate/canonical-text.js'

describe('canonicalText', () => {
  it('sorts keys at every depth, indents by two spaces and ends with a newline', () => {
    expect(canonicalText({ b: [{ z: 1, a: null }, {}], a: [] })).toBe(
      '{\n  "a": [],\n  "b": [\n    {\n      "a": null,\n      "z": 1\n    },\n    {}\n  ]\n}\n',
    )
  })

  it('gives equal values equal texts, and reads as what it was', () => {
    const one = { y: '\u0000"\\\n\ud800é', 10: 'x', 9: true, Z: [1.5, null] }
    const other = { Z: [1.5, null], 9: true, y: '\u0000"\\\n\ud800é', 10: 'x' }
    expect(canonicalText(one)).toBe(canonicalText(other))
    expect(JSON.parse(canonicalText(one))).toEqual(one)
  })

  it('keeps a key that would be a prototype elsewhere', () => {
    expect(canonicalText(JSON.parse('{"__proto__":{"a":1}}'))).toContain('"__proto__"')
  })
})
