import { describe, expect, it } from 'vitest'
import { buildAlertMessage } from '../../../src/alert/build/build-message.js'
import type { MessageContext } from '../../../src/alert/build/message-parts.js'
import type { GroupMember } from '../../../src/domain/alert-groups.js'
import { driftMatter, type Matter, type StackFacts, scanMatter } from '../../../src/domain/alert-matter.js'
import type { AlertMessage, AlertReason } from '../../../src/domain/alert-message.js'
import type { News } from '../../../src/domain/alert-reason.js'
import type { Drift } from '../../../src/domain/drift.js'
import {
  ago,
  buildFacts,
  buildMemory,
  buildThread,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  NOW,
  NOW_MS,
  PACE,
} from '../../helpers/build-alert.js'
import { buildDrift } from '../../helpers/build-drift.js'
import { buildRecord } from '../../helpers/build-record.js'

interface World {
  readonly reason: AlertReason
  readonly drifts?: readonly Drift[]
  /** Told before; the rest is fresh. */
  readonly told?: readonly Drift[]
  readonly facts?: readonly StackFacts[]
  readonly key?: string
  readonly folded?: number
  readonly canRemediate?: boolean
}

const drift = (name: string, overrides: Partial<Drift> = {}): Drift => {
  const record = {
    ...buildRecord({ fingerprint: `sha256:${name}`, address: `aws_vpc.${name}` }),
    ...overrides.record,
  }
  return buildDrift({ firstSeenAt: ago(2 * HOUR_MS), ...overrides, fingerprint: record.fingerprint, record })
}
const toMatter = (one: Drift): Matter => driftMatter(one, { nowMs: NOW_MS, isUnignored: false })

function build(world: World, matters?: readonly Matter[]): AlertMessage {
  const {
    reason,
    drifts = [],
    told = [],
    facts = [buildFacts({ status: 'drifted' })],
    key,
    folded = 0,
  } = world
  const all = [...drifts, ...told]
  const members: readonly GroupMember[] = (matters ?? all.map(toMatter)).map((matter) => ({
    matter,
    hold: null,
    pace: PACE,
    memory: told.some(({ fingerprint }) => matter.id === `drift:${fingerprint}`) ? buildMemory(matter) : null,
  }))
  const fresh = members.filter(({ memory }) => memory === null).map(({ matter }) => matter)
  const news: News = {
    fresh: fresh.filter(({ state }) => state === 'firing'),
    changed: [],
    raised: [],
    over: members.map(({ matter }) => matter).filter(({ state }) => state === 'over'),
  }
  const kind = members[0]?.matter.kind ?? 'drift'
  const thread = told.length > 0 || reason === 'repeat-due' ? buildThread() : null
  const group = { key: key ?? `${kind}:prod/network`, kind, thread, members }
  const context: MessageContext = {
    nowMs: NOW_MS,
    facts: new Map(facts.map((one) => [one.name, one])),
    drifts: new Map(all.map((one) => [`drift:${one.fingerprint}`, one])),
    repositoryUrls: new Map([['infra', 'git@github.com:acme/infra.git']]),
    canRemediate: world.canRemediate ?? false,
    severityReason: ({ severity }, provider) => `${provider} says ${severity}`,
  }
  const decision = { reason, next: null, news }
  return buildAlertMessage(
    { group, decision, pace: PACE, folded },
    { id: 'x', alertKey: 'k', sequence: 1 },
    context,
  )
}

const critical = { ...buildRecord(), severity: 'critical' as const }

describe('the line that says everything', () => {
  const three = ['a', 'b', 'c'].map((name) => drift(name))
  const gone = drift('gone', { record: { ...buildRecord(), kind: 'deleted', severity: 'critical' } })
  const over = drift('over', { state: 'resolved', resolvedAt: NOW, resolution: 'vanished' })
  const stack = (name: string) => drift(name, { stack: name })

  it.each<[string, World]>([
    [
      'MEDIUM drift: prod/network, changed aws_vpc.main',
      { reason: 'first-drift', drifts: [drift('main', { record: buildRecord() })] },
    ],
    [
      'CRITICAL drift: prod/network, 4 changes (1 deletion)',
      { reason: 'first-drift', drifts: [...three, gone] },
    ],
    ['MEDIUM drift: 2 stacks, 2 changes', { reason: 'first-drift', drifts: [stack('a'), stack('b')] }],
    ['Still open for 2 h: MEDIUM drift: prod/network, 3 changes', { reason: 'repeat-due', told: three }],
    ['Resolved: prod/network, 1 change', { reason: 'resolved', told: [over] }],
    [
      'Resolved in part: prod/network, 1 of 4 changes; 3 open',
      { reason: 'resolved', told: [over, ...three] },
    ],
  ])('%s', (summary, world) => {
    expect(build(world).summary).toBe(summary)
  })

  it.each<[string, AlertReason, Partial<StackFacts>]>([
    [
      'Scans fail: prod/network without a verdict for 2 h, BACKEND_UNREACHABLE in init',
      'scan-failing',
      {
        failures: 3,
        failingSince: ago(2 * HOUR_MS),
        error: { code: 'BACKEND_UNREACHABLE', phase: 'init', message: 'x' },
      },
    ],
    [
      'No verdict: prod/network without a successful scan for 1 d 2 h',
      'stale',
      { lastGoodScanAt: ago(26 * HOUR_MS) },
    ],
    ['Scanned again: prod/network is in-sync', 'recovered', {}],
  ])('%s', (summary, reason, overrides) => {
    const facts = buildFacts(overrides)
    const matter = scanMatter(facts, { nowMs: NOW_MS, failingAfter: 3 })
    expect(build({ reason, facts: [facts] }, [matter]).summary).toBe(summary)
  })
})

describe('a message', () => {
  it('has what is news first, then what is loudest and oldest', () => {
    const old = drift('old', { firstSeenAt: ago(DAY_MS) })
    const loud = drift('loud', { record: critical })
    const message = build({
      reason: 'drift-changed',
      told: [drift('known'), old, { ...loud, fingerprint: 'sha256:loud' }],
      drifts: [drift('new')],
    })
    expect(message.records.map(({ record }) => record.address)[0]).toBe('aws_vpc.new')
    expect(message.severity).toBe('critical')
  })

  it('links to the code at the commit that was scanned', () => {
    const [record] = build({ reason: 'first-drift', drifts: [drift('a')] }).records
    expect(record?.sourceUrl).toBe(
      'https://github.com/acme/infra/blob/9fceb02d0ae598e95dc970b74767f19372d61af8/main.tf#L1',
    )
  })

  it('says what to do next, with the exact command', () => {
    const one = { reason: 'first-drift', drifts: [drift('a')] } as const
    const commands = (world: World) => build(world).nextSteps.map(({ command }) => command)
    expect(commands(one)).toEqual(['driftd show aaaaaaaaaaaa', 'driftd ack aaaaaaaaaaaa --reason "..."'])
    expect(commands({ ...one, canRemediate: true })).toContain('driftd remediate prod/network')
    const stuck = drift('a', { record: { ...buildRecord(), correctable: false } })
    expect(commands({ ...one, drifts: [stuck], canRemediate: true })).not.toContain(
      'driftd remediate prod/network',
    )
    expect(commands({ ...one, drifts: [drift('a'), drift('b')] })[0]).toBe('driftd show prod/network')
    expect(
      commands({ reason: 'resolved', told: [drift('a', { state: 'resolved', resolvedAt: NOW })] }),
    ).toEqual([])
  })

  it('tells how what is over has ended', () => {
    const ended = (name: string, overrides: Partial<Drift>) =>
      drift(name, { state: 'resolved', resolvedAt: NOW, ...overrides })
    const rule = { reason: 'autoscaler', owner: 'ops', until: '2027-03-31' }
    const message = build({
      reason: 'resolved',
      told: [
        ended('a', { resolution: 'vanished' }),
        ended('b', { resolution: 'remediated' }),
        drift('c', { state: 'ignored', rule }),
      ],
    })
    expect(message.explanation).toBe(
      'After 2 h: 1 no longer there, 1 undone by an approved request, 1 accepted by a rule until 2027-03-31 (autoscaler).',
    )
    expect(message.resolved.map(({ resolution, resolvedAt }) => [resolution, resolvedAt])).toEqual([
      ['vanished', NOW],
      ['remediated', NOW],
      ['accepted', NOW],
    ])
    expect(message.severity).toBe('info')
  })

  it('tells why each has its severity', () => {
    const message = build({ reason: 'first-drift', drifts: [drift('a')] })
    expect(message.records[0]?.severityReason).toBe('terraform says medium')
  })

  it('tells why an accepted difference is told again', () => {
    const rule = { reason: 'autoscaler', owner: 'ops', until: '2026-11-20' }
    expect(
      build({ reason: 'rule-expired', drifts: [drift('a', { state: 'ignored', rule })] }).explanation,
    ).toBe('The rule that accepted it ended on 2026-11-20 (autoscaler; owner ops).')
  })

  it('tells when it was told last, and when it comes again', () => {
    expect(build({ reason: 'repeat-due', told: [drift('a')] }).explanation).toBe(
      'It was told last on 2026-11-24 11:00 UTC and is still there; it is told again in 3 d.',
    )
  })

  it('tells what will be quiet from now on', () => {
    expect(build({ reason: 'first-drift', drifts: [drift('a', { isFlapping: true })] }).explanation).toMatch(
      /comes and goes/,
    )
    expect(
      build({ reason: 'first-drift', drifts: [drift('a', { isQuarantined: true })] }).explanation,
    ).toMatch(/another one in every scan/)
  })
})

describe('a message that would be too long', () => {
  it('counts what it leaves out', () => {
    const drifts = Array.from({ length: 300 }, (_, index) => drift(`n${index}`, { stack: `s${index % 60}` }))
    const facts = Array.from({ length: 60 }, (_, index) => buildFacts({ name: `s${index}` }))
    const message = build({ reason: 'first-drift', drifts, facts })
    expect(message.records.length + message.omitted.records).toBe(300)
    expect(message.stacks).toHaveLength(40)
    expect(message.omitted.stacks).toBe(20)
    expect(JSON.stringify(message).length).toBeLessThan(200_000)
  })

  it('keeps control characters out of its own lines', () => {
    const record = buildRecord({ address: 'a\r\nBcc: x@y.z\u202e\u001b[31m' })
    const { summary } = build({ reason: 'first-drift', drifts: [drift('a', { record })] })
    expect(summary).not.toMatch(/[\r\n\u202e\u001b]/)
  })
})

it('has no value of a sensitive change, whoever left one in it', () => {
  const secret = {
    path: ['password'],
    cause: 'outside' as const,
    declared: 'canary-declared',
    actual: 'canary-actual',
    recorded: 'canary-recorded',
    sensitive: true,
    hunks: [{ oldStart: 1, newStart: 1, lines: ['-canary-line'] }],
  }
  const open = drift('a', { record: buildRecord({ changes: [secret] }) })
  const over = drift('b', { state: 'resolved', resolvedAt: NOW, record: buildRecord({ changes: [secret] }) })
  const message = build({ reason: 'drift-changed', drifts: [open], told: [over] })
  expect(message.records).toHaveLength(1)
  expect(message.resolved).toHaveLength(1)
  expect(JSON.stringify(message)).not.toContain('canary')
})

it('knows how long code was not applied from when it was noticed', () => {
  const record = buildRecord({ kind: 'pending' })
  const matter: Matter = {
    ...toMatter(drift('a')),
    id: 'pending:a',
    kind: 'pending',
    delayMs: 3 * DAY_MS,
    since: NOW,
    record,
  }
  const member: GroupMember = {
    matter,
    hold: null,
    pace: PACE,
    memory: buildMemory(matter, { alertKey: null, noticedAt: ago(3 * DAY_MS + MINUTE_MS) }),
  }
  const group = { key: 'pending:prod/network', kind: 'pending' as const, thread: null, members: [member] }
  const news = { fresh: [matter], changed: [], raised: [], over: [] }
  const decision = { reason: 'pending-too-long' as const, next: null, news }
  const nothing = {
    drifts: new Map(),
    repositoryUrls: new Map(),
    canRemediate: false,
    severityReason: () => null,
  }
  const context = { nowMs: NOW_MS, facts: new Map([['prod/network', buildFacts()]]), ...nothing }
  const message = buildAlertMessage(
    { group, decision, pace: PACE, folded: 0 },
    { id: 'x', alertKey: 'k', sequence: 1 },
    context,
  )
  expect(message.records[0]?.since).toBe(ago(3 * DAY_MS + MINUTE_MS))
  expect(message.explanation).toBe('The code declares it, and for 3 d nobody has applied it.')
})
