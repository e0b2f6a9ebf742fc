import { describe, expect, it } from 'vitest'
import { summarizeHistory } from '../../src/domain/history.js'
import { countIdleRules, decideRuleState } from '../../src/domain/rule-state.js'
import type { PastScan, Scan } from '../../src/domain/scan.js'
import { buildEvent } from '../helpers/build-drift.js'
import { buildScan } from '../helpers/build-record.js'

const at = (day: number, hour: number) => `2026-11-${day}T${`${hour}`.padStart(2, '0')}:00:00.000Z`
const HOUR_MS = 60 * 60_000

function past(startedAt: string, overrides: Partial<Scan> = {}): PastScan {
  return buildScan({ startedAt, ...overrides })
}

function coverage(verified: number): Partial<Scan> {
  return { coverage: { verified, applicable: 10, unverified: [], executed: [] } }
}

describe('summarizeHistory', () => {
  it('takes the mean of what knows its beginning', () => {
    const events = [
      buildEvent({ type: 'resolved', at: at(20, 20), since: at(20, 12), resolution: 'vanished' }),
      buildEvent({ type: 'resolved', at: at(20, 19), since: at(20, 15), resolution: 'adopted' }),
      // never open, only ignored
      buildEvent({ type: 'resolved', at: at(20, 18), since: null, resolution: 'vanished' }),
      buildEvent({ type: 'reopened', at: at(20, 15), since: at(20, 13) }),
      buildEvent({ type: 'opened', at: at(20, 12), since: at(20, 11) }),
      // in the first scan of all
      buildEvent({ type: 'opened', at: at(20, 10), since: null }),
      buildEvent({ type: 'changed', at: at(20, 9), since: at(20, 1) }),
    ]
    expect(summarizeHistory('a', [], events)).toMatchObject({
      meanTimeToDetectMs: 1.5 * HOUR_MS,
      meanTimeToResolveMs: 6 * HOUR_MS,
    })
  })

  it('has no mean of nothing', () => {
    const events = [buildEvent({ since: null })]
    expect(summarizeHistory('a', [past(at(20, 10))], events)).toMatchObject({
      meanTimeToDetectMs: null,
      meanTimeToResolveMs: null,
    })
  })

  it('counts by day, newest first, and takes the least coverage of each', () => {
    const scans = [
      past(at(22, 10), { status: 'failed', ...coverage(0) }),
      past(at(21, 12), coverage(10)),
      past(at(21, 11), coverage(8)),
      past(at(21, 10), { status: 'failed', ...coverage(0) }),
    ]
    const events = [
      buildEvent({ type: 'resolved', at: at(21, 12), resolution: 'vanished' }),
      buildEvent({ type: 'reopened', at: at(21, 11) }),
      buildEvent({ type: 'opened', at: at(21, 11) }),
      buildEvent({ type: 'acknowledged', at: at(20, 9) }),
    ]
    expect(summarizeHistory('a', scans, events).days).toEqual([
      { date: '2026-11-22', scans: 1, failed: 1, opened: 0, resolved: 0, leastCoverage: null },
      { date: '2026-11-21', scans: 3, failed: 1, opened: 2, resolved: 1, leastCoverage: 0.8 },
      { date: '2026-11-20', scans: 0, failed: 0, opened: 0, resolved: 0, leastCoverage: null },
    ])
  })
})

describe('decideRuleState', () => {
  const now = '2026-11-24T10:00:00.000Z'
  const until = '2027-03-31'
  it.each([
    ['active', { until, since: '2026-01-01T00:00:00.000Z', lastHitAt: '2026-11-20T00:00:00.000Z' }],
    ['new', { until, since: '2026-11-20T00:00:00.000Z', lastHitAt: null }],
    ['dead', { until, since: '2026-10-20T00:00:00.000Z', lastHitAt: null }],
    ['dead', { until, since: '2026-01-01T00:00:00.000Z', lastHitAt: '2026-10-20T00:00:00.000Z' }],
    ['expired', { until: '2026-11-23', since: '2026-01-01T00:00:00.000Z', lastHitAt: now }],
    ['active', { until: '2026-11-24', since: '2026-01-01T00:00:00.000Z', lastHitAt: now }],
  ] as const)('is %s for %j', (state, facts) => {
    expect(decideRuleState(facts, now)).toBe(state)
  })

  it('counts those that accept nothing any more', () => {
    const since = '2026-01-01T00:00:00.000Z'
    const rules = [
      { until, since, lastHitAt: null },
      { until, since, lastHitAt: now },
      { until: '2026-11-23', since, lastHitAt: now },
      { until: '2026-11-23', since, lastHitAt: null },
    ]
    expect(countIdleRules(rules, now)).toEqual({ expired: 2, dead: 1 })
  })
})
