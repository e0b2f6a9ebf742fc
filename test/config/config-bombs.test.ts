import { describe, expect, it } from 'vitest'
import { loadText, MINIMAL, problemsOf, stackWith } from '../helpers/config.js'

describe('a driftd.yaml made to hurt', () => {
  const bomb = Array.from(
    { length: 9 },
    (_, i) => `x${i + 1}: &x${i + 1} [${Array(9).fill(`*x${i}`).join(', ')}]`,
  )

  it.each([
    ['aliases that multiply', `x0: &x0 [a]\n${bomb.join('\n')}\n`, 'aliases cannot be resolved'],
    ['an alias inside itself', 'a: &a [*a]\n', ''],
    ['brackets without end', `a: ${'['.repeat(100_000)}`, 'nests deeper than 64 levels'],
    ['indentation without end', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), ''],
    ['lists in lists without end', `a: ${'- '.repeat(50_000)}x`, ''],
    ['more than 4 MiB', `a: ${'x'.repeat(5 * 1024 * 1024)}`, 'is larger than 4 MiB'],
    ['a NUL', 'version: 1\0', 'holds a NUL'],
  ])('is refused: %s', async (_, text, part) => {
    const startedAt = performance.now()
    expect((await problemsOf(text)).join('\n')).toContain(part)
    expect((await problemsOf(text)).length).toBeGreaterThan(0)
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })

  it('changes no prototype', async () => {
    const problems = await problemsOf(
      `${MINIMAL}__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n`,
    )
    expect(problems).toContain('5:1 __proto__: is no known key')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    const labels = await loadText(stackWith('labels: { __proto__: x }\n'))
    expect(labels.ok).toBe(false)
  })
})
