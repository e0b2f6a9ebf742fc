import { describe, expect, it } from 'vitest'
import type { AttributePath, JsonValue } from '../../../src/domain/record.js'
import { pathText } from '../../../src/lib/text/path-text.js'
import { valueText } from '../../../src/lib/text/value-text.js'

describe('valueText', () => {
  it.each<[JsonValue | undefined, string]>([
    ['a "b"\n\u001b[1m', '"a \\"b\\"\\n\\u001b[1m"'],
    ['', '""'],
    [null, '(not set)'],
    [undefined, '(known only after it is applied)'],
    [1.5, '1.5'],
    [false, 'false'],
    [[1, null, 'a'], '[1, null, "a"]'],
    [{ a: 1, 'b c': [], __proto__x: {} }, '{a: 1, "b c": [], __proto__x: {}}'],
  ])('writes %j', (value, text) => {
    expect(valueText(value, { isBrief: false })).toBe(text)
  })

  it('leaves out of objects what says nothing when it is brief', () => {
    const rule = { from_port: 22, description: '', self: false, prefix_list_ids: [], tags: {}, group: null }
    expect(valueText(rule, { isBrief: true })).toBe('{from_port: 22, self: false}')
  })

  it('never writes out millions of elements when it is brief', () => {
    const list = Array.from({ length: 1_000_000 }, (_, index) => index)
    expect(valueText(list, { isBrief: true }).length).toBeLessThan(10_000)
  })
})

describe('pathText', () => {
  it.each<[AttributePath, string]>([
    [['tags', 'Owner'], 'tags.Owner'],
    [['ingress', 0, 'from_port'], 'ingress[0].from_port'],
    [['tags', 'a b'], 'tags["a b"]'],
    [['tags', 'k"q\u001b'], 'tags["k\\"q\\u001b"]'],
    [[], ''],
  ])('writes %j', (path, text) => {
    expect(pathText(path)).toBe(text)
  })
})
