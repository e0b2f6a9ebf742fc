import { describe, expect, it } from 'vitest'
import { compilePathGlobs, expandBraces } from '../../src/lib/path-glob.js'

describe('compilePathGlobs', () => {
  it.each([
    ['live/**', 'live/prod/network', true],
    ['live/**', 'live', true],
    ['live/**', 'liver', false],
    ['live/*', 'live/prod/network', false],
    ['live/{prod,test}/*', 'live/test/db', true],
    ['live/{prod,test}/*', 'live/dev/db', false],
    ['{a,{b,c}}/x', 'c/x', true],
    ['**/web.yml', 'web.yml', true],
    ['**/a/**/b', 'x/a/b', true],
    ['**/a/**/b', 'a/x/a/y/b', true],
    ['**/a/**/b', 'a/x/c', false],
    ['*', '.hidden', true],
    ['*', 'a/b', false],
    ['a?', 'ab', true],
    ['prod/web', 'prod/web', true],
  ])('%s on %s: %s', (glob, path, isMatch) => {
    expect(compilePathGlobs([glob])(path)).toBe(isMatch)
  })

  it('takes out what a glob with "!" matches, wherever it stands', () => {
    const matches = compilePathGlobs(['!live/legacy/**', 'live/**'])
    expect([matches('live/a'), matches('live/legacy/a')]).toEqual([true, false])
  })

  it('matches nothing by exclusions alone', () => {
    expect(compilePathGlobs(['!a'])('b')).toBe(false)
  })

  it('is quick to say no, whatever glob and path (fault 66)', () => {
    const globs = [
      `${'*a'.repeat(100)}b`,
      `${'**/'.repeat(80)}b`,
      `${'{a,aa}'.repeat(6)}*b`,
      `${'**/*a*/'.repeat(30)}b`,
    ]
    const paths = ['a'.repeat(4_000), 'a/'.repeat(2_000), `${'aa/'.repeat(500)}${'a'.repeat(2_000)}`]
    const startedAt = performance.now()
    const isMatch = globs.some((glob) => paths.some((path) => compilePathGlobs([glob])(path)))
    expect(isMatch).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('gives up on braces that stand for too many texts', () => {
    expect(expandBraces('{a,b}'.repeat(7))).toBeNull()
  })
})
