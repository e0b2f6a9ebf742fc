import { describe, expect, it } from 'vitest'
import { toAlertPolicy } from '../../src/config/alert-policy.js'
import { reservedLabels } from '../../src/config/repository-file-rules.js'
import {
  type AlertPolicy,
  decideRoutes,
  placeMatter,
  placeTold,
  type RouteFacts,
} from '../../src/domain/alert-policy.js'
import { buildFacts, buildMatter, NOW_MS } from '../helpers/build-alert.js'
import { buildRecord } from '../helpers/build-record.js'
import { loadValid, MINIMAL, problemsOf } from '../helpers/config.js'

const CHANNELS = ['pager', 'chat', 'mail', 'siem']
  .map((name) => `    ${name}: { type: webhook, url: "https://${name}.acme.io/" }`)
  .join('\n')

async function policyOf(alerts: string, more = '', opensAtMs: number | null = null): Promise<AlertPolicy> {
  const { config } = await loadValid(`${MINIMAL}alerts:\n  channels:\n${CHANNELS}\n${alerts}${more}`)
  return toAlertPolicy(config, () => opensAtMs)
}

const facts = (overrides: Partial<RouteFacts> = {}): RouteFacts => ({
  stack: 'prod/network',
  repository: 'infra',
  labels: { env: 'prod', owner: '@acme/platform' },
  severity: 'critical',
  kind: 'changed',
  address: 'aws_vpc.main',
  host: null,
  ...overrides,
})

const TREE = `  routes:
    - { match: { kind: check }, channels: siem, continue: true }
    - match: { labels: { env: prod } }
      channels: chat
      groupWait: 10s
      routes:
        - { match: { severity: critical }, channels: [pager, chat], repeatAfter: [1h], continue: true }
        - { match: { labels: { owner: "@acme/*" } }, groupInterval: 1m, routes: [{ match: { address: "aws_iam_*" }, channels: siem }] }
    - { channels: mail }
`

describe('routes', () => {
  it.each<[string, Partial<RouteFacts>, readonly string[]]>([
    ['the first that matches, inside out', {}, ['pager', 'chat']],
    ['a route inside one', { severity: 'low' }, ['chat']],
    ['and inside that', { severity: 'low', address: 'aws_iam_role.a' }, ['siem']],
    ['two inside one', { address: 'aws_iam_role.a' }, ['pager', 'chat', 'siem']],
    ['the outer one where none inside matches', { severity: 'low', labels: { env: 'prod' } }, ['chat']],
    ['the last one', { labels: {} }, ['mail']],
    ['those below too', { kind: 'check', labels: {} }, ['siem', 'mail']],
    ['what has neither kind nor address', { kind: null, address: null, labels: {} }, ['mail']],
    ['labels of the prototype are none', { labels: { constructor: 'prod' } }, ['mail']],
  ])('%s', async (_, overrides, channels) => {
    const { routes } = await policyOf(TREE)
    expect([...decideRoutes(routes, facts(overrides)).keys()]).toEqual(channels)
  })

  it('hand down what those inside do not say', async () => {
    const { routes } = await policyOf(TREE)
    const taken = decideRoutes(routes, facts())
    expect(taken.get('pager')?.pace).toEqual({
      groupWaitMs: 10_000,
      groupIntervalMs: 300_000,
      repeatAfterMs: [3_600_000],
    })
  })

  it('are one to every channel where there are none', async () => {
    const { routes } = await policyOf('')
    expect([...decideRoutes(routes, facts()).keys()]).toEqual(CHANNELS.match(/\w+(?=: \{ type)/g))
  })

  it('may lead nowhere', async () => {
    const { routes } = await policyOf('  routes: [{ match: { stack: "dev/**" }, channels: mail }]\n')
    expect(decideRoutes(routes, facts()).size).toBe(0)
  })

  it('reserve their labels, wherever they stand', async () => {
    const { config } = await loadValid(`${MINIMAL}alerts:\n  channels:\n${CHANNELS}\n${TREE}`)
    expect([...reservedLabels(config)].toSorted()).toEqual(['env', 'owner'])
  })
})

describe('a matter on its way', () => {
  const matter = buildMatter({ record: buildRecord(), severity: 'critical' })
  const MUTE = `mutes:
  - { match: { stack: "prod/*" }, reason: moving house, author: alice, until: 2026-11-24 }
  - { match: { stack: "prod/*" }, reason: over, author: alice, until: 2026-11-23 }
`

  it('is held while a mute lasts, through its last day', async () => {
    const policy = await policyOf('', MUTE)
    const hold = { hold: 'muted', holdUntilMs: Date.parse('2026-11-25T00:00:00.000Z') }
    expect(placeMatter(matter, buildFacts(), { policy, nowMs: NOW_MS }).get('mail')).toMatchObject(hold)
    expect(placeTold(matter, buildFacts(), { policy, nowMs: NOW_MS })).toMatchObject({ ...hold, pace: null })
    const other = buildFacts({ name: 'dev' })
    expect(placeMatter(matter, other, { policy, nowMs: NOW_MS }).get('mail')?.hold).toBeNull()
  })

  it.each([
    [NOW_MS, null, null],
    [NOW_MS + 1, 'inactive', NOW_MS + 1],
    [null, 'inactive', null],
  ])('whose route opens at %s is %s', async (opensAtMs, hold, holdUntilMs) => {
    const route = '  routes: [{ channels: mail, activeTimes: "Mon-Fri 08:00-18:00" }]\n'
    const policy = await policyOf(route, '', opensAtMs)
    const placed = placeMatter(matter, buildFacts(), { policy, nowMs: NOW_MS }).get('mail')
    expect(placed).toMatchObject({ hold, holdUntilMs })
  })

  it('knows the budget of each channel', async () => {
    const policy = await policyOf(
      '  budget: { messages: 20, per: 30m }\n  budgets: { pager: { messages: 5 } }\n',
    )
    expect(policy.budgetOf('mail')).toEqual({ messages: 20, perMs: 1_800_000 })
    expect(policy.budgetOf('pager')).toEqual({ messages: 5, perMs: 3_600_000 })
  })
})

it('finds every channel that is none', async () => {
  const text = `${MINIMAL}alerts:
  channels: { mail: { type: webhook, url: "https://acme.io/" } }
  routes: [{ channels: mail, routes: [{ channels: mial }] }]
  budgets: { chat: {} }
  stillAlive: { channels: [mail, nobody] }
`
  expect(await problemsOf(text)).toEqual([
    '7:51 alerts.routes[0].routes[0].channels[0]: "mial" is no channel of alerts.channels (did you mean mail?)',
    '8:20 alerts.budgets.chat: "chat" is no channel of alerts.channels',
    '9:34 alerts.stillAlive.channels[1]: "nobody" is no channel of alerts.channels',
  ])
})
