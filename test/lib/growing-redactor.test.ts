import { describe, expect, it } from 'vitest'
import { createGrowingRedactor } from '../../src/lib/growing-redactor.js'

describe('createGrowingRedactor', () => {
  it('withholds what was added, and what was a secret before, through the redactor that was handed out', () => {
    const secrets = createGrowingRedactor(['former-token'])
    const { redactor } = secrets
    secrets.add(['newest-token'])
    expect(redactor.text('former-token newest-token')).toBe('(sensitive) (sensitive)')
    expect(redactor.value({ note: ['former-token'] })).toEqual({ note: ['(sensitive)'] })
    expect([redactor.isTouched('a former-token'), redactor.isTouched('a token')]).toEqual([true, false])
  })

  it('keeps the 1,000 former secrets that were in use last, and every one that is in use', () => {
    const secrets = createGrowingRedactor(['oldest-token'])
    for (const turn of ['a', 'b', 'c'])
      secrets.add([
        ...Array.from({ length: 500 }, (_, index) => `rotated-${turn}-${index}-end`),
        'steady-token',
      ])
    const { redactor } = secrets
    expect(redactor.text('oldest-token')).toBe('oldest-token')
    expect(redactor.text('rotated-a-0-end rotated-c-499-end steady-token')).toBe(
      '(sensitive) (sensitive) (sensitive)',
    )
  })
})
