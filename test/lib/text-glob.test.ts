import { describe, expect, it } from 'vitest'
import { compileTextGlob, isLiteralGlob } from '../../src/lib/text-glob.js'

describe('compileTextGlob', () => {
  it.each([
    ['aws_*', 'aws_instance', true],
    ['aws_*', 'xaws_instance', false],
    ['*', '', true],
    ['module.*.web', 'module.a["b/c"].web', true],
    ['aws_instance.web["a"]', 'aws_instance.web["a"]', true],
    ['aws_instance.web["a"]', 'aws_instance.weba', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['*ab', 'aab', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['(a+)+', '(a+)+', true],
    ['?', '😀', true],
  ])('%s on %s: %s', (glob, text, isMatch) => {
    expect(compileTextGlob(glob)(text)).toBe(isMatch)
  })

  it('is quick whatever glob and text (fault 66)', () => {
    const startedAt = performance.now()
    expect(compileTextGlob(`${'a*'.repeat(250)}b`)('a'.repeat(10_000))).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('knows a literal', () => {
    expect([isLiteralGlob('prod/web'), isLiteralGlob('prod/*')]).toEqual([true, false])
  })
})
