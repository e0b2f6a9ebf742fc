import { describe, expect, it } from 'vitest'
import type { DriftRecord } from '../../src/domain/record.js'
import type { Unverified, UnverifiedReason } from '../../src/domain/scan.js'
import { verifiedBy } from '../../src/domain/verified.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { beginStory } from '../helpers/drift-story.js'

const resource = (address: string, rest: Partial<DriftRecord> = {}) => buildRecord({ address, ...rest })
const task = (host: string, address: string) => buildRecord({ address, host })
const unverified = (what: string, reason: UnverifiedReason): readonly Unverified[] => [{ what, reason }]

describe('verifiedBy', () => {
  it.each([
    ['nothing unverified', [], resource('aws_vpc.a'), true],
    ['the resource itself', unverified('aws_vpc.a', 'plan-stopped'), resource('aws_vpc.a'), false],
    ['another resource', unverified('aws_vpc.a', 'plan-stopped'), resource('aws_vpc.ab'), true],
    ['its deposed object', unverified('aws_vpc.a', 'denied'), resource('aws_vpc.a (deposed 12ab)'), false],
    [
      'a check of a plan that stopped',
      unverified('aws_vpc.a', 'plan-stopped'),
      resource('check.up', { kind: 'check' }),
      false,
    ],
    [
      'a check beside something else',
      unverified('aws_vpc.a', 'denied'),
      resource('check.up', { kind: 'check' }),
      true,
    ],
    ['the task on its host', unverified('db1: web/install', 'tainted'), task('db1', 'web/install'), false],
    ['an item of it', unverified('db1: install', 'no-check-mode'), task('db1', 'install [nginx]'), false],
    ['another item', unverified('db1: install [a]', 'no-check-mode'), task('db1', 'install [b]'), true],
    ['the task on another host', unverified('db2: install', 'tainted'), task('db1', 'install'), true],
    [
      'a task of that name on no host',
      unverified('db1: install', 'tainted'),
      resource('db1: install'),
      false,
    ],
    ['a host that was silent', unverified('db1: first', 'host-unreachable'), task('db1', 'second'), false],
    ['a host that stopped', unverified('db1: first', 'host-stopped'), task('db1', 'second'), false],
    ['another host', unverified('db1: first', 'host-stopped'), task('db10', 'second'), true],
  ] as const)('%s', (_, list, record, expected) => {
    expect(verifiedBy({ ...buildScan().coverage, unverified: list })(record)).toBe(expected)
  })
})

describe('a scan that could not look everywhere', () => {
  it('keeps what it could not verify, and resolves the rest', () => {
    const story = beginStory()
    const records = ['db1', 'db2'].map((host) => buildRecord({ host, fingerprint: `sha256:${host}` }))
    story.scan({ records })
    const coverage = {
      ...buildScan().coverage,
      unverified: unverified('db1: anything', 'host-unreachable'),
    }
    expect(story.scan({ scan: { status: 'incomplete', coverage } })).toEqual(['resolved vanished'])
    expect(story.drifts.map(({ state }) => state)).toEqual(['open', 'resolved'])
    expect(story.scan()).toEqual(['resolved vanished'])
  })

  it('takes what it saw in place of a drift for verified, named or not', () => {
    const story = beginStory()
    story.scan({ records: [buildRecord()] })
    const coverage = { ...buildScan().coverage, unverified: unverified('aws_vpc.main', 'denied') }
    const records = [buildRecord({ kind: 'informational' })]
    expect(story.scan({ records, scan: { coverage } })).toEqual(['resolved vanished'])
  })
})
