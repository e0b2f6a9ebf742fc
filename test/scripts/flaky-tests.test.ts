import { describe, expect, it } from 'vitest'
import { describeFlakyTests } from '../../scripts/flaky-tests.js'

function finished(fullName: string, flaky: boolean, message?: string) {
  return {
    fullName,
    module: { relativeModuleId: 'test/a.test.ts' },
    diagnostic: () => ({ flaky }),
    result: () => ({ errors: message === undefined ? undefined : [{ message }] }),
  }
}

describe('tests that passed only when they were run again', () => {
  it('are named with what they failed with before', () => {
    const lines = describeFlakyTests([
      finished('a lock > is free', true, 'expected 1 to be 2\n- 1\n+ 2'),
      finished('a lock > is held', false),
      finished('a plan > is made', true),
    ])
    expect(lines).toEqual([
      'Passed only when run again (2): find out why',
      '  test/a.test.ts > a lock > is free: expected 1 to be 2',
      '  test/a.test.ts > a plan > is made: no error is known',
    ])
  })

  it('are not spoken of where there are none', () => {
    expect(describeFlakyTests([finished('a lock > is held', false)])).toEqual([])
  })
})
