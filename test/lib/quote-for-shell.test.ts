import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { quoteForShell } from '../../src/lib/quote-for-shell.js'

describe('quoteForShell', () => {
  it('leaves plain words as they are', () => {
    expect(quoteForShell('/var/lib/driftd/driftd-2026.db')).toBe('/var/lib/driftd/driftd-2026.db')
  })

  it.each(["it's here", '$(touch x)', 'a b', '`x`', '', '"', '*', '~', '!x', 'a\nb', '\\'])(
    'makes one word of %j',
    (word) => {
      const said = execFileSync('sh', ['-c', `printf %s ${quoteForShell(word)}`], { encoding: 'utf8' })
      expect(said).toBe(word)
    },
  )
})
