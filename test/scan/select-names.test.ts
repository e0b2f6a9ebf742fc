import { describe, expect, it } from 'vitest'
import { selectNames } from '../../src/scan/select-names.js'

const NAMES = ['prod/network', 'prod/web', 'stage/web']

describe('selectNames', () => {
  it('gives all without a pattern, else those that match any', () => {
    expect(selectNames(NAMES, [])).toEqual(NAMES)
    expect(selectNames(NAMES, ['stage/*', 'prod/web'])).toEqual(['prod/web', 'stage/web'])
  })

  it('says what was meant by a name that there is not, and what else to know', () => {
    const failing = () => selectNames(NAMES, ['prod/web', 'prod/netwrok'], 'not all are known')
    expect(failing).toThrow('no stack matches "prod/netwrok" (did you mean prod/network?); not all are known')
    expect(() => selectNames(NAMES, ['nothing'])).toThrow('no stack matches "nothing"; `driftd status`')
  })
})
