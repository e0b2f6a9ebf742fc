import { describe, expect, it } from 'vitest'
import { isSameValue } from '../../../../providers/terraform/classify/same-value.js'
import type { JsonValue } from '../../../../src/domain/record.js'

const statement = { Effect: 'Allow', Action: ['a:B'], Resource: '*' }

function policy(...statements: readonly JsonValue[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

describe('isSameValue', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['null and ""', null, ''],
    ['null and []', null, []],
    ['null and {}', null, {}],
    ['a block of nothing and null', { a: null, b: [] }, null],
    ['a missing and an empty key', { a: 1 }, { a: 1, b: '' }],
    ['JSON with blanks and without', '{"a": [1, 2]}', '{"a":[1,2]}'],
    ['JSON with another order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    [
      'a policy with another order of statements',
      policy(statement, { ...statement, Effect: 'Deny' }),
      policy({ ...statement, Effect: 'Deny' }, statement),
    ],
    [
      'one statement and a list of one',
      JSON.stringify({ Statement: statement }),
      JSON.stringify({ Statement: [statement] }),
    ],
    ['one action and a list of one', policy(statement), policy({ ...statement, Action: 'a:B' })],
    ['actions in another case', policy(statement), policy({ ...statement, Action: 'A:b' })],
    [
      'everybody in both forms',
      policy({ ...statement, Principal: '*' }),
      policy({ ...statement, Principal: { AWS: '*' } }),
    ],
    [
      'a condition with a boolean and a text',
      policy({ ...statement, Condition: { Bool: { 'aws:SecureTransport': true } } }),
      policy({ ...statement, Condition: { Bool: { 'AWS:SecureTransport': ['true'] } } }),
    ],
  ])('is true for %s', (_, a, b) => {
    expect(isSameValue(a, b)).toBe(true)
    expect(isSameValue(b, a)).toBe(true)
  })

  it.each<[string, JsonValue, JsonValue]>([
    ['null and false', null, false],
    ['null and 0', null, 0],
    ['"" and "0"', '', '0'],
    ['1 and "1"', 1, '1'],
    ['lists of another order', [1, 2], [2, 1]],
    ['JSON lists of another order', '[1,2]', '[2,1]'],
    ['JSON and other text', '{"a":1}', '{"a":1'],
    ['allow and deny', policy(statement), policy({ ...statement, Effect: 'Deny' })],
    [
      'one account and everybody',
      policy({ ...statement, Principal: { AWS: '123456789012' } }),
      policy({ ...statement, Principal: '*' }),
    ],
    [
      'a service and an account',
      policy({ ...statement, Principal: { Service: 'x' } }),
      policy({ ...statement, Principal: { AWS: 'x' } }),
    ],
    ['one statement more', policy(statement), policy(statement, { ...statement, Resource: 'x' })],
    [
      'an action and all but that',
      policy(statement),
      policy({ Effect: 'Allow', NotAction: ['a:B'], Resource: '*' }),
    ],
    ['a condition and none', policy(statement), policy({ ...statement, Condition: { Bool: { x: 'true' } } })],
  ])('is false for %s', (_, a, b) => {
    expect(isSameValue(a, b)).toBe(false)
  })

  it('sees a difference behind a key that objects have by nature', () => {
    expect(isSameValue(JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}'))).toBe(false)
    expect(isSameValue(JSON.parse('{"constructor":1}'), {})).toBe(false)
  })
})
