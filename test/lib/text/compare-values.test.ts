import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/domain/record.js'
import { compareValues, type ValueDifference } from '../../../src/lib/text/compare-values.js'

const compare = (
  declared: JsonValue | undefined,
  actual: JsonValue | undefined,
): readonly ValueDifference[] => compareValues({ declared, actual }, ['x'])

describe('compareValues', () => {
  it('names the keys of a map that differ, and no others', () => {
    expect(compare({ a: 1, b: 2, c: 3 }, { a: 1, b: 9, d: 4 })).toEqual([
      { kind: 'differs', path: ['x', 'b'], declared: 2, actual: 9 },
      { kind: 'differs', path: ['x', 'c'], declared: 3, actual: null },
      { kind: 'differs', path: ['x', 'd'], declared: null, actual: 4 },
    ])
  })

  it('takes a map that is not set for an empty one', () => {
    expect(compare(null, { Owner: 'ann' })).toEqual([
      { kind: 'differs', path: ['x', 'Owner'], declared: null, actual: 'ann' },
    ])
  })

  it('names the elements that only one side has, wherever they stand', () => {
    expect(compare(['a', 'b', 'c'], ['c', 'd', 'a'])).toEqual([
      { kind: 'only-declared', path: ['x'], value: 'b' },
      { kind: 'only-actual', path: ['x'], value: 'd' },
    ])
  })

  it('counts elements that stand in a list more than once', () => {
    expect(compare(['a', 'a'], ['a'])).toEqual([{ kind: 'only-declared', path: ['x'], value: 'a' }])
    expect(compare(['a'], ['a', 'a', 'a'])).toEqual([
      { kind: 'only-actual', path: ['x'], value: 'a' },
      { kind: 'only-actual', path: ['x'], value: 'a' },
    ])
  })

  it('says so where only the order differs', () => {
    expect(compare([1, 2], [2, 1])).toEqual([
      { kind: 'differs', path: ['x'], declared: [1, 2], actual: [2, 1] },
    ])
  })

  it('compares elements that are the same but for a member', () => {
    const rule = { from: 443, to: 443, cidr: '10.0.0.0/8' }
    expect(compare([{ from: 80, to: 80, cidr: 'x' }, rule], [{ ...rule, cidr: '0.0.0.0/0' }])).toEqual([
      { kind: 'differs', path: ['x', 1, 'cidr'], declared: '10.0.0.0/8', actual: '0.0.0.0/0' },
      { kind: 'only-declared', path: ['x'], value: { from: 80, to: 80, cidr: 'x' } },
    ])
  })

  it('takes a single member of a policy for a list of it', () => {
    const policy = (action: JsonValue): string =>
      JSON.stringify({ Statement: { Effect: 'Allow', Action: action } })
    expect(compare(policy('s3:Get'), policy(['s3:Get', 's3:Put']))).toEqual([
      { kind: 'only-actual', path: ['x', 'Statement', 'Action'], value: 's3:Put' },
    ])
    expect(compare('a', ['a'])).toEqual([{ kind: 'differs', path: ['x'], declared: 'a', actual: ['a'] }])
  })

  it('calls a statement without a name by what it says', () => {
    const policy = (principal: string): string =>
      JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Principal: 'a' },
          { Effect: 'Deny', Action: ['s3:Put', 's3:List'], Resource: '*', Principal: principal },
        ],
      })
    expect(compare(policy('b'), policy('*'))).toEqual([
      {
        kind: 'differs',
        path: ['x', 'Statement', '1: Deny s3:Put, …', 'Principal'],
        declared: 'b',
        actual: '*',
      },
    ])
  })

  it('finds the statement of a policy that changed, by its Sid', () => {
    const policy = (action: string[], ...more: JsonValue[]): string =>
      JSON.stringify({ Version: '1', Statement: [{ Sid: 'Read', Action: action, Effect: 'Allow' }, ...more] })
    const added = { Effect: 'Allow', Principal: '*', Action: 's3:*' }
    expect(compare(policy(['get']), policy(['get', 'delete'], added))).toEqual([
      { kind: 'only-actual', path: ['x', 'Statement', 'Sid=Read', 'Action'], value: 'delete' },
      { kind: 'only-actual', path: ['x', 'Statement'], value: added },
    ])
  })

  it('shows two documents that differ in layout only as they are', () => {
    expect(compare('{"a":1}', '{ "a": 1 }')).toEqual([
      { kind: 'differs', path: ['x'], declared: '{"a":1}', actual: '{ "a": 1 }' },
    ])
  })

  it('compares texts line by line: - is actual, + is what Git says', () => {
    expect(compare('a\nb\nc\n', 'a\nB\nc\n')).toEqual([
      {
        kind: 'text',
        path: ['x'],
        hunks: [{ oldStart: 1, newStart: 1, lines: [' a', '-B', '+b', ' c'] }],
      },
    ])
  })

  it('keeps a side that is not known', () => {
    expect(compare(undefined, ['a'])).toEqual([
      { kind: 'differs', path: ['x'], declared: undefined, actual: ['a'] },
    ])
  })

  it('is never silent about values that are not the same text', () => {
    const pairs: readonly (readonly [JsonValue, JsonValue])[] = [
      [null, ''],
      [[], {}],
      [1, '1'],
      [[[]], [{}]],
      [{ a: null }, { b: null }],
    ]
    for (const [declared, actual] of pairs) expect(compare(declared, actual).length).toBeGreaterThan(0)
  })

  it('bears depth and size', () => {
    const deep = (leaf: number): JsonValue => {
      let value: JsonValue = leaf
      for (let level = 0; level < 500; level++) value = { a: value }
      return value
    }
    expect(compare(deep(1), deep(2))).toHaveLength(1)
    const many = (offset: number): JsonValue =>
      Array.from({ length: 5_000 }, (_, index) => ({ id: index + offset }))
    expect(compare(many(0), many(1))).toHaveLength(2)
    const text = (word: string): string =>
      Array.from({ length: 5_000 }, (_, index) => word + index).join('\n')
    expect(compare(text('a'), text('b'))).toHaveLength(1)
  })
})
