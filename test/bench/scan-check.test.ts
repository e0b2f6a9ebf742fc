import { describe, expect, it } from 'vitest'
import { checkLoop, checkScan } from '../../bench/scan-check.js'

describe('checkScan', () => {
  it('accepts a scan that verified every stack', () => {
    expect(() => checkScan(buildCost([{}, {}]), 2)).not.toThrow()
  })

  it.each([
    ['one stack too few', [{}], /verified 1 of 2/],
    ['a stack that is not in sync', [{}, { status: 'incomplete' }], /verified 1 of 2/],
    ['a stack of which a part was not verified', [{}, { verified: 4 }], /verified 1 of 2/],
    ['a stack in which there was nothing to verify', [{}, { verified: 0, applicable: 0 }], /verified 1 of 2/],
  ])('takes no time from %s', (_name, scans, message) => {
    expect(() => checkScan(buildCost(scans), 2)).toThrow(message)
  })

  it('takes no time from a scan that failed', () => {
    expect(() => checkScan({ ...buildCost([{}, {}]), exitCode: 2 }, 2)).toThrow(/ended with 2/)
  })
})

describe('checkLoop', () => {
  it('takes no time from a loop in which a plan was not clean', () => {
    expect(() => checkLoop({ wallMs: 1, cpuMs: 1, exitCode: 123, stdout: '' })).toThrow(/ended with 123/)
  })
})

interface ScanParts {
  readonly status?: string
  readonly verified?: number
  readonly applicable?: number
}

function buildCost(scans: readonly ScanParts[]) {
  const documents = scans.map(({ status = 'in-sync', verified = 5, applicable = 5 }, index) => ({
    stack: `stack-${index}`,
    status,
    coverage: { verified, applicable },
    error: null,
    records: [],
  }))
  return { wallMs: 1, cpuMs: 1, exitCode: 0, stdout: JSON.stringify({ schemaVersion: 1, scans: documents }) }
}
