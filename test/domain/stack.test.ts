import { describe, expect, it } from 'vitest'
import { stackNameProblem } from '../../src/domain/stack.js'

describe('stackNameProblem', () => {
  it.each(['prod/network', 'a', '0.b_c-d/e', 'x'.repeat(128)])('accepts %s', (name) => {
    expect(stackNameProblem(name)).toBeNull()
  })

  it.each([
    '',
    '/',
    'Prod',
    'a//b',
    'a/',
    '-a',
    '.a',
    'a/../b',
    'a..b',
    'state.lock',
    'a.lock/b',
    'a b',
    'x'.repeat(129),
  ])('refuses "%s"', (name) => {
    expect(stackNameProblem(name)).not.toBeNull()
  })
})
