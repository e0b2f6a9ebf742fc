import { describe, expect, it } from 'vitest'
import { causeOfRecord, causeOfRelease, releaseOf } from '../../src/domain/alert-cause.js'
import { driftMatter, pendingMatter, scanMatter } from '../../src/domain/alert-matter.js'
import type { Drift } from '../../src/domain/drift.js'
import type { DriftRecord } from '../../src/domain/record.js'
import { ago, buildFacts, DAY_MS, HOUR_MS, NOW, NOW_MS } from '../helpers/build-alert.js'
import { buildDrift } from '../helpers/build-drift.js'
import { buildRecord } from '../helpers/build-record.js'

const matterOf = (overrides: Partial<Drift>, isUnignored = false) =>
  driftMatter(buildDrift(overrides), { nowMs: NOW_MS, isUnignored })
const rule = (until: string) =>
  ({ state: 'ignored', rule: { reason: 'autoscaler', owner: 'ops', until } }) as const

describe('a drift', () => {
  it.each<[string, Partial<Drift>, string, string]>([
    ['open', {}, 'firing', 'none'],
    ['not confirmed', { state: 'unconfirmed' }, 'quiet', 'none'],
    ['acknowledged', { state: 'acknowledged' }, 'quiet', 'none'],
    ['resolved', { state: 'resolved' }, 'over', 'none'],
    ['accepted by a rule', rule('2026-11-25'), 'over', 'none'],
    ['on the last day of its rule', rule('2026-11-24'), 'over', 'none'],
    ['after the last day of its rule', rule('2026-11-23'), 'firing', 'rule-expired'],
    ['coming and going', { isFlapping: true }, 'firing', 'flapping'],
    ['coming and going, away now', { isFlapping: true, state: 'resolved' }, 'quiet', 'flapping'],
    ['another one in every scan', { isQuarantined: true }, 'firing', 'quarantined'],
    ['that and acknowledged', { isQuarantined: true, state: 'acknowledged' }, 'quiet', 'quarantined'],
  ])('%s: %s', (_, overrides, state, mark) => {
    expect(matterOf(overrides)).toMatchObject({ state, mark })
  })

  it('is looked at again when its rule ends', () => {
    expect(matterOf(rule('2026-11-24')).changesAtMs).toBe(Date.parse('2026-11-25T00:00:00.000Z'))
  })

  it('says so when it is open only because a rule has ended', () => {
    expect(matterOf({}, true).mark).toBe('rule-expired')
  })
})

describe('the scans of a stack', () => {
  const scan = (overrides: Parameters<typeof buildFacts>[0]) =>
    scanMatter(buildFacts(overrides), { nowMs: NOW_MS, failingAfter: 3 })
  const error = { code: 'BACKEND_UNREACHABLE', phase: 'init', message: 'no route' } as const

  it.each([
    ['in time', {}, 'over', 'none'],
    ['failed twice', { failures: 2, failingSince: ago(HOUR_MS) }, 'over', 'none'],
    ['failed three times', { failures: 3, failingSince: ago(HOUR_MS), error }, 'firing', 'failing'],
    ['as old as they may be', { lastGoodScanAt: ago(3 * HOUR_MS) }, 'over', 'none'],
    ['older', { lastGoodScanAt: ago(3 * HOUR_MS + 1) }, 'firing', 'stale'],
    [
      'of a stack that is no longer configured',
      { lastGoodScanAt: ago(DAY_MS), isKnown: false },
      'over',
      'none',
    ],
  ] as const)('%s', (_, overrides, state, mark) => {
    expect(scan(overrides)).toMatchObject({ state, mark, severity: 'high' })
  })

  it('become stale at a known time', () => {
    expect(scan({ lastGoodScanAt: ago(HOUR_MS) }).changesAtMs).toBe(NOW_MS + 2 * HOUR_MS + 1)
  })

  it('are not stale from the first moment on', () => {
    expect(scan({ lastGoodScanAt: null })).toMatchObject({ mark: 'stale', delayMs: 3 * HOUR_MS })
  })

  it('share a cause where the same thing stops them', () => {
    const failing = { failures: 3, failingSince: NOW, error }
    expect(scan(failing).cause).toBe(scan({ ...failing, name: 'prod/other' }).cause)
    expect(scan(failing).cause).not.toBe(scan({ ...failing, error: { ...error, code: 'TIMEOUT' } }).cause)
  })
})

it('unapplied code fires after a while', () => {
  const record = buildRecord({ kind: 'pending', severity: 'low' })
  expect(pendingMatter('prod/network', record, { nowMs: NOW_MS, delayMs: DAY_MS })).toMatchObject({
    id: 'pending:sha256:00',
    state: 'firing',
    severity: 'low',
    delayMs: DAY_MS,
  })
})

describe('the cause of a record', () => {
  const change = (declared: string, actual: string) => ({
    path: ['tags', 'Owner'],
    cause: 'outside' as const,
    declared,
    actual,
    sensitive: false,
  })
  const causeOf = (overrides: Partial<DriftRecord>) => causeOfRecord(buildRecord(overrides))
  const base = causeOf({ changes: [change('a', 'x')] })

  it.each<[string, boolean, Partial<DriftRecord>]>([
    ['another stack and address', true, { fingerprint: 'sha256:11', address: 'aws_vpc.other' }],
    ['something else declared', true, { changes: [change('b', 'x')] }],
    ['another type of the same plug-in', true, { resourceType: 'aws_subnet' }],
    ['another value now', false, { changes: [change('a', 'y')] }],
    ['another plug-in', false, { resourceType: 'google_dns' }],
    ['one attribute more', false, { changes: [change('a', 'x'), { ...change('a', 'x'), path: ['name'] }] }],
    ['gone', false, { kind: 'deleted' }],
  ])('%s: shared is %s', (_, isShared, overrides) => {
    expect(causeOf({ changes: [change('a', 'x')], ...overrides }) === base).toBe(isShared)
  })

  it('is none where nothing differs or nothing can be compared', () => {
    expect(causeOf({ kind: 'deleted' })).toBeNull()
    expect(causeOf({ kind: 'unmanaged' })).toBeNull()
    expect(causeOf({ changes: [] })).toBeNull()
    expect(causeOf({ resourceType: null })).toBeNull()
  })

  it('goes by the hash where values are withheld or long, so that none stands in it', () => {
    const secret = { path: ['password'], cause: 'outside' as const, sensitive: true }
    expect(causeOf({ changes: [secret], contentHash: 'hmac:1' })).toBe('["drift","aws","hmac:1"]')
    expect(causeOf({ changes: [change('a', 'x'.repeat(1_000))], contentHash: 'hmac:2' })).toBe(
      '["drift","aws","hmac:2"]',
    )
  })

  it('is the assertion where one fails', () => {
    expect(causeOf({ kind: 'check', address: 'check.health' })).toBe('["drift","check","check.health"]')
  })

  it('is the release of a plug-in where the scan that opened the drift was the first with it', () => {
    const drift = buildDrift({ openedScan: '01J2' })
    const change = { scan: '01J2', changes: [{ name: 'x/hashicorp/aws', from: '5.1.0', to: '6.0.0' }] }
    const cause = causeOfRelease(drift, change)
    expect(cause).toBe('["drift","release","x/hashicorp/aws","5.1.0","6.0.0"]')
    expect(releaseOf(cause ?? '')).toEqual(change.changes[0])
    expect(releaseOf('["drift","aws"]')).toBeNull()
    expect(causeOfRelease(buildDrift({ openedScan: '01J1' }), change)).toBeNull()
    expect(causeOfRelease(drift, null)).toBeNull()
    const other = { ...change, changes: [{ name: 'x/hashicorp/random', from: '1', to: '2' }] }
    expect(causeOfRelease(drift, other)).toBeNull()
    const view = { nowMs: NOW_MS, isUnignored: false, pluginChange: change }
    expect(driftMatter(drift, view).cause).toBe(cause)
  })

  it('is the module of Ansible, not a part of its name', () => {
    const one = causeOf({ resourceType: 'community.general.ini_file' })
    expect(one).not.toBe(causeOf({ resourceType: 'community.general.ini_other' }))
  })
})
