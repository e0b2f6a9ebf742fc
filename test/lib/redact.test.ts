import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/lib/redact.js'

describe('createRedactor', () => {
  it('replaces every occurrence of a secret', () => {
    expect(createRedactor(['hunter22']).text('a hunter22 b hunter22')).toBe('a (sensitive) b (sensitive)')
  })

  it('leaves values under six characters to be withheld by path', () => {
    expect(createRedactor(['on', 'true', '12345']).text('turned on 12345')).toBe('turned on 12345')
  })

  it('replaces the longer of two secrets that begin alike', () => {
    expect(createRedactor(['secret', 'secret-longer']).text('secret-longer')).toBe('(sensitive)')
  })

  it.each([
    ['JSON', 'pass"word\\1', '{"x":"pass\\"word\\\\1"}', '{"x":"(sensitive)"}'],
    ['a URL', 'p@ss/word', 'https://u:p%40ss%2Fword@h/', 'https://u:(sensitive)@h/'],
    [
      'Base64',
      'my-secret-value',
      `x ${Buffer.from('my-secret-value').toString('base64')} y`,
      'x (sensitive) y',
    ],
    ['regular expression signs', 'a.b*c+d?', 'is a.b*c+d? here', 'is (sensitive) here'],
  ])('finds a secret written as %s', (_, secret, text, expected) => {
    expect(createRedactor([secret]).text(text)).toBe(expected)
  })

  it('finds single lines of a key that an engine wrapped', () => {
    const redactor = createRedactor(['-----BEGIN KEY-----\nMIIEabcdef\nghijklmn\n-----END KEY-----'])
    expect(redactor.text('  | MIIEabcdef')).toBe('  | (sensitive)')
  })

  it('replaces inside documents, keys included', () => {
    const redactor = createRedactor(['hunter22'])
    expect(redactor.value({ hunter22: ['x hunter22', 1, null, true] })).toEqual({
      '(sensitive)': ['x (sensitive)', 1, null, true],
    })
  })

  it('survives a lone surrogate', () => {
    expect(createRedactor(['caf\udce9-secret']).text('x caf\udce9-secret y')).toBe('x (sensitive) y')
  })

  it('says whether a text holds a secret, again and again', () => {
    const redactor = createRedactor(['hunter22'])
    expect([redactor.isTouched('hunter22'), redactor.isTouched('hunter22'), redactor.isTouched('x')]).toEqual(
      [true, true, false],
    )
  })
})
