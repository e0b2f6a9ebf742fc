import { describe, expect, it } from 'vitest'
import { isQuietChange, mayHoldSecret } from '../../../../providers/terraform/plan-json/quick-look.js'
import { isQuietDrift } from '../../../../providers/terraform/plan-json/quick-noise.js'

const HEAD = '{"address":"aws_thing.a","mode":"managed","type":"aws_thing","name":"a","provider_name":"p",'
const MARKS = '"before_sensitive":{},"after_sensitive":{}'

function entry(actions: string, before: string, after: string, { marks = MARKS, more = '' } = {}): Buffer {
  return Buffer.from(
    `${HEAD}"change":{"actions":["${actions}"],"before":${before},"after":${after},"after_unknown":{},${marks}}${more}}`,
  )
}

describe('isQuietDrift', () => {
  it.each([
    ['tags that became {}', '{"a":"x","tags":null}', '{"a":"x","tags":{}}'],
    ['a list that became []', '{"a":null,"b":1}', '{"a":[],"b":1}'],
    ['a text that became null', '{"a":"","b":1}', '{"a":null,"b":1}'],
    ['nothing at all', '{"a":"\\"\\\\","b":1}', '{"a":"\\"\\\\","b":1}'],
  ])('sees nothing in %s', (_, before, after) => {
    expect(isQuietDrift(entry('update', before, after))).toBe(true)
  })

  it.each([
    ['a value', '{"a":"x"}', '{"a":"y"}'],
    ['a value that was empty', '{"a":null}', '{"a":"y"}'],
    ['null that became false', '{"a":null}', '{"a":false}'],
    ['the word null in a text', '{"a":":null"}', '{"a":":{}"}'],
    ['the word null in a text after an escape', '{"a":"\\":null"}', '{"a":"\\":[]"}'],
    ['another escape', '{"a":"\\n"}', '{"a":"\\t"}'],
    ['a longer text', '{"a":"x"}', '{"a":"x","b":1}'],
    ['a shorter text', '{"a":"x","b":1}', '{"a":"x"}'],
    ['something gone', '{"a":"x"}', 'null'],
  ])('leaves %s to the parser', (_, before, after) => {
    expect(isQuietDrift(entry('update', before, after))).toBe(false)
  })

  it('leaves entries with sensitive values, other actions and another layout to the parser', () => {
    const marks = '"before_sensitive":{"a":true},"after_sensitive":{"a":true}'
    expect(isQuietDrift(entry('update', '{"a":null}', '{"a":""}', { marks }))).toBe(false)
    expect(isQuietDrift(entry('delete', '{"a":null}', '{"a":null}'))).toBe(false)
    expect(
      isQuietDrift(Buffer.from(entry('update', '{}', '{}').toString().replace('"change":', '"change": '))),
    ).toBe(false)
  })
})

describe('isQuietChange', () => {
  it('sees nothing in a change without effect', () => {
    expect(isQuietChange(entry('no-op', '{"a":1}', '{"a":1}'))).toBe(true)
  })

  it.each([
    ['another action', entry('update', '{}', '{}')],
    [
      'a sensitive value',
      entry('no-op', '{}', '{}', { marks: '"before_sensitive":{"a":true},"after_sensitive":{}' }),
    ],
    ['an import', entry('no-op', '{}', '{}', { marks: `${MARKS},"importing":{"id":"x"}` })],
    ['a move', entry('no-op', '{}', '{}', { more: ',"previous_address":"aws_thing.b"' })],
    [
      'a move told where Terraform tells it',
      Buffer.from(entry('no-op', '{}', '{}').toString().replace('"mode"', '"previous_address":"b","mode"')),
    ],
    ['no-op only in an attribute', entry('update', '{"change":{"actions":["no-op"],"before":{}}}', '{}')],
    [
      'marks only in an attribute',
      entry('no-op', '{}', '{}', {
        marks: '"before_sensitive":true,"after_sensitive":{"before_sensitive":{}}',
      }),
    ],
  ])('leaves %s to the parser', (_, bytes) => {
    expect(isQuietChange(bytes)).toBe(false)
  })
})

describe('mayHoldSecret', () => {
  it('is false only where the marks say nothing', () => {
    expect(mayHoldSecret(Buffer.from('{"values":{"a":true},"sensitive_values":{"tags":{}}}'))).toBe(false)
    expect(mayHoldSecret(Buffer.from('{"values":{},"sensitive_values":{"a":true}}'))).toBe(true)
    expect(mayHoldSecret(Buffer.from('{"values":{}}'))).toBe(true)
  })
})
