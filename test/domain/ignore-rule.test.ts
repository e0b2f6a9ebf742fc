import { describe, expect, it } from 'vitest'
import { applyIgnoreRules, type IgnoreRule, isExpired } from '../../src/domain/ignore-rule.js'
import type { AttributePath, DriftRecord } from '../../src/domain/record.js'
import { decideStatus } from '../../src/domain/verdict.js'
import { buildRecord } from '../helpers/build-record.js'

const NOW = '2026-11-24T10:00:00.000Z'

function rule(overrides: Partial<IgnoreRule> = {}): IgnoreRule {
  const applied = { reason: 'on purpose', owner: 'platform', until: '2027-03-31' }
  return { key: 'one', match: 'address *', ...applied, ...overrides }
}

const change = (...path: AttributePath) => ({ path, cause: 'outside' as const, sensitive: false })
const isTag = (path: AttributePath): boolean => path[0] === 'tags'

function isIgnored(record: DriftRecord, overrides: Partial<IgnoreRule>): boolean {
  return applyIgnoreRules([record], [rule(overrides)], NOW).records[0]?.ignored !== undefined
}

describe('applyIgnoreRules', () => {
  const tagged = buildRecord({ changes: [change('tags', 'Owner')] })
  const mixed = buildRecord({ changes: [change('tags', 'Owner'), change('ingress')] })
  const bare = buildRecord({ changes: [] })

  it.each([
    ['any drift without a condition', buildRecord(), {}, true],
    ['an address', buildRecord(), { address: (it: string) => it === 'aws_vpc.main' }, true],
    ['another address', buildRecord(), { address: () => false }, false],
    ['a host', buildRecord({ host: 'db1' }), { host: (it: string) => it === 'db1' }, true],
    ['no host', buildRecord(), { host: () => true }, false],
    ['a kind', buildRecord({ kind: 'deleted' }), { kinds: ['deleted'] as const }, true],
    ['another kind', buildRecord(), { kinds: ['deleted'] as const }, false],
    ['unapplied code, unless it is named', buildRecord({ kind: 'pending' }), {}, false],
    ['unapplied code by name', buildRecord({ kind: 'pending' }), { kinds: ['pending'] as const }, true],
    ['every path', tagged, { everyPath: isTag }, true],
    ['not every path', mixed, { everyPath: isTag }, false],
    ['no path at all', bare, { everyPath: isTag }, false],
    ['a deleted thing by address', buildRecord({ kind: 'deleted', action: 'create' }), {}, true],
    ['a deleted thing by path', { ...tagged, kind: 'deleted' as const }, { everyPath: isTag }, false],
    ['a delete by path', { ...tagged, action: 'delete' as const }, { everyPath: isTag }, false],
    ['a replace by path', { ...tagged, action: 'replace' as const }, { everyPath: isTag }, false],
    ['one condition of two', tagged, { everyPath: isTag, address: () => false }, false],
    ['a rule on its last day', tagged, { until: '2026-11-24' }, true],
    ['a rule the day after', tagged, { until: '2026-11-23' }, false],
  ] as const)('%s', (_, record, overrides, expected) => {
    expect(isIgnored(record, overrides)).toBe(expected)
  })

  it('says with each record which rule accepts it, and counts; the first that is in force wins', () => {
    const rules = [
      rule({ key: 'old', until: '2026-01-01', reason: 'over' }),
      rule({ key: 'mine', reason: 'mine', everyPath: isTag }),
      rule({ key: 'all', reason: 'all' }),
    ]
    const { records, hits, expired } = applyIgnoreRules([tagged, mixed, tagged], rules, NOW)
    expect(records.map(({ ignored }) => ignored)).toEqual([
      { reason: 'mine', owner: 'platform', until: '2027-03-31' },
      { reason: 'all', owner: 'platform', until: '2027-03-31' },
      { reason: 'mine', owner: 'platform', until: '2027-03-31' },
    ])
    expect(hits).toEqual({ mine: 2, all: 1 })
    // something else accepts what it would have accepted
    expect(expired).toEqual([])
  })

  it('names an expired rule once where what it accepted is still there, and only then', () => {
    const old = rule({ key: 'old', until: '2026-01-01', everyPath: isTag })
    expect(applyIgnoreRules([tagged, tagged, mixed], [old], NOW).expired).toEqual([old])
    expect(applyIgnoreRules([mixed], [old], NOW).expired).toEqual([])
  })

  it('leaves a record alone that no rule is about', () => {
    expect(applyIgnoreRules([tagged], [], NOW)).toEqual({ records: [tagged], hits: {}, expired: [] })
  })
})

describe('isExpired', () => {
  it('lets a rule hold to the end of its last day, in UTC', () => {
    expect(isExpired('2026-11-24', '2026-11-24T23:59:59.999Z')).toBe(false)
    expect(isExpired('2026-11-24', '2026-11-25T00:00:00.000Z')).toBe(true)
  })
})

describe('the status of a scan', () => {
  it.each([
    ['drifted', [buildRecord()], 'drifted'],
    ['what a rule accepts', [buildRecord()], 'in-sync'],
    ['unapplied code that a rule accepts', [buildRecord({ kind: 'pending' })], 'in-sync'],
  ] as const)('%s', (name, records, status) => {
    const isAccepted = name !== 'drifted'
    const { records: judged } = applyIgnoreRules(
      records,
      isAccepted ? [rule({ kinds: ['changed', 'pending'] })] : [],
      NOW,
    )
    const evidence = { records: judged, coverageRatio: 1, isPartial: false, minCoverage: 0.6 }
    expect(decideStatus(evidence)).toBe(status)
  })
})
