import { describe, expect, it } from 'vitest'
import { KINDS, type Kind } from '../../src/domain/record.js'
import { coverageRatio, decideStatus } from '../../src/domain/verdict.js'
import { buildRecord } from '../helpers/build-record.js'

const COMPLETE = { records: [], coverageRatio: 1, isPartial: false, minCoverage: 0.6 }

describe('decideStatus', () => {
  it('says in sync only when all was read and nothing differs', () => {
    expect(decideStatus(COMPLETE)).toBe('in-sync')
  })

  it.each([
    ['changed', 'drifted'],
    ['deleted', 'drifted'],
    ['conflict', 'drifted'],
    ['unmanaged', 'drifted'],
    ['check', 'drifted'],
    ['pending', 'pending'],
    ['informational', 'in-sync'],
  ] as const)('judges a %s record as %s', (kind, status) => {
    expect(decideStatus({ ...COMPLETE, records: [buildRecord({ kind })] })).toBe(status)
  })

  it('has a verdict for every kind', () => {
    const judged = new Set<Kind>([
      'changed',
      'deleted',
      'conflict',
      'unmanaged',
      'check',
      'pending',
      'informational',
    ])
    expect(new Set(KINDS)).toEqual(judged)
  })

  it('never says in sync or pending when a host did not answer', () => {
    expect(decideStatus({ ...COMPLETE, isPartial: true })).toBe('incomplete')
    expect(decideStatus({ ...COMPLETE, isPartial: true, records: [buildRecord({ kind: 'pending' })] })).toBe(
      'incomplete',
    )
  })

  it('says incomplete below the least coverage, and not at it', () => {
    expect(decideStatus({ ...COMPLETE, coverageRatio: 0.59 })).toBe('incomplete')
    expect(decideStatus({ ...COMPLETE, coverageRatio: 0.6 })).toBe('in-sync')
  })

  it('says drifted beside a dead host', () => {
    expect(decideStatus({ ...COMPLETE, isPartial: true, records: [buildRecord()] })).toBe('drifted')
  })
})

describe('coverageRatio', () => {
  it('is 1 where nothing was applicable', () => {
    expect(coverageRatio({ verified: 0, applicable: 0 })).toBe(1)
  })

  it('is the share of what was verified', () => {
    expect(coverageRatio({ verified: 3, applicable: 4 })).toBe(0.75)
  })
})
