import { channelKinds } from '../src/alert/index.js'
import { planChannels } from '../src/alert/plan-channels.js'
import { toAlertPolicy } from '../src/config/alert-policy.js'
import { createConfigSchema } from '../src/config/schema.js'
import { driftMatter, type Matter, type StackFacts, scanMatter } from '../src/domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../src/domain/alert-memory.js'
import type { AlertPolicy } from '../src/domain/alert-policy.js'
import type { Drift } from '../src/domain/drift.js'
import { nextOpening } from '../src/lib/week-window.js'
import { buildDrift } from '../test/helpers/build-drift.js'
import { buildRecord } from '../test/helpers/build-record.js'
import { describeMachine } from './machine.js'
import { median } from './measure.js'

const STACKS = 10_000
const CHANNELS = ['pager', 'chat', 'mail', 'siem', 'issues']
/** issue 6: deciding for 10,000 stacks. */
const MOST_MS = 200
const ROUNDS = 15
const NOW_MS = Date.parse('2026-11-24T12:00:00.000Z')
const BUDGET = { messages: 30, freesAtMs: NOW_MS + 3_600_000 }

/** What is drifting, by stack, and what channels know of it. */
interface World {
  readonly name: string
  readonly facts: readonly StackFacts[]
  readonly drifts: readonly Drift[]
  readonly isTold: boolean
  /** Null: it is shown without a figure to reach. */
  readonly mostMs: number | null
}

/** How long it takes to decide what five channels are told of ten thousand stacks: a section of docs/performance.md. */
export async function benchAlerts(): Promise<string> {
  const worlds = [
    { ...buildWorld('every twentieth stack drifts, all of it told', 500), isTold: true },
    buildWorld('every twentieth stack drifts, nothing told yet', 500),
    { ...buildWorld('every stack drifts, nothing told yet', STACKS), mostMs: null },
  ]
  const rows = worlds.map(measureWorld)
  return [
    '## Deciding alerts',
    '',
    `What ${CHANNELS.length} channels are told of ${STACKS.toLocaleString('en')} stacks, from what the store gave to the list of messages: routes, mutes, groups, budget.`,
    'CPU time of the process, garbage collection included, without the store; the dispatcher looks at 1,000 stacks at a time.',
    '',
    `| stacks | drifts | messages | CPU, median of ${ROUNDS} | a channel | figure |`,
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    describeMachine(),
  ].join('\n')
}

function measureWorld(world: World): string {
  const policy = buildPolicy()
  const memory = rememberAll(world, policy)
  const times: number[] = []
  let messages = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage()
    const planned = decide(world, policy, memory)
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1_000)
    messages = planned.reduce((sum, { plan }) => sum + plan.messages.length, 0)
  }
  const ms = median(times)
  const cells = [
    world.name,
    world.drifts.length.toLocaleString('en'),
    messages,
    `${ms.toFixed(0)} ms`,
    `${(ms / CHANNELS.length).toFixed(0)} ms`,
    world.mostMs === null
      ? ''
      : `at most ${world.mostMs} ms: ${ms <= world.mostMs ? 'reached' : 'not reached'}`,
  ]
  return `| ${cells.join(' | ')} |`
}

function decide(world: World, policy: AlertPolicy, memory: Memory) {
  const matters = toMatters(world, policy)
  const view = {
    facts: new Map(world.facts.map((facts) => [facts.name, facts])),
    drifts: new Map<string, Drift>(),
    matters,
  }
  const budgets = new Map(CHANNELS.map((channel) => [channel, BUDGET]))
  return planChannels({ view, memory, policy, nowMs: NOW_MS, budgets }).channels
}

function toMatters({ facts, drifts }: World, { failingAfter }: AlertPolicy): readonly Matter[] {
  return [
    ...facts.map((stack) => scanMatter(stack, { nowMs: NOW_MS, failingAfter })),
    ...drifts.map((drift) => driftMatter(drift, { nowMs: NOW_MS, isUnignored: false })),
  ]
}

interface Memory {
  readonly matters: readonly MatterMemory[]
  readonly threads: readonly AlertThread[]
}

/** What channels know when all of it was noticed an hour ago, and told or not. */
function rememberAll(world: World, policy: AlertPolicy): Memory {
  const at = new Date(NOW_MS - 3_600_000).toISOString()
  const planned = decide(world, policy, { matters: [], threads: [] })
  const groups = planned.flatMap(({ channel, plan }) =>
    plan.waiting.map(({ group }) => ({ channel, alertKey: `${channel} ${group.key}`, group })),
  )
  return {
    matters: groups.flatMap(({ channel, alertKey, group }) =>
      group.members.map(({ matter: { id, kind, stack, mark, content, severity, cause } }) => {
        return {
          channel,
          matter: id,
          kind,
          stack,
          mark,
          content,
          severity,
          cause,
          noticedAt: at,
          alertKey: world.isTold ? alertKey : null,
        }
      }),
    ),
    threads: (world.isTold ? groups : []).map(({ channel, alertKey, group: { key: groupKey, kind } }) => {
      const sent = { sequence: 1, firstSentAt: at, sentAt: at, repeats: 0, lost: 0 }
      return { channel, alertKey, groupKey, kind, ...sent }
    }),
  }
}

function buildWorld(name: string, drifting: number): World {
  const at = new Date(NOW_MS).toISOString()
  const facts = Array.from({ length: STACKS }, (_, index): StackFacts => {
    const stack = `${index % 3 === 0 ? 'prod' : 'dev'}/team-${index % 50}/stack-${index}`
    const scan = { status: 'in-sync', commit: null, lastScanAt: at, lastGoodScanAt: at } as const
    const labels = { env: index % 3 === 0 ? 'prod' : 'dev', owner: `@acme/team-${index % 50}` }
    const health = {
      maxAgeMs: 10_800_000,
      isKnown: true,
      failures: 0,
      failingSince: null,
      error: null,
      pluginChange: null,
    }
    return { name: stack, repository: 'infra', provider: 'terraform', labels, ...scan, ...health }
  })
  const every = Math.floor(STACKS / drifting)
  const drifts = facts
    .filter((_, index) => index % every === 0)
    .flatMap(({ name: stack }, index) => [0, 1, 2].map((number) => buildDriftOf(stack, index, number)))
  return { name, facts, drifts, isTold: false, mostMs: MOST_MS }
}

function buildDriftOf(stack: string, index: number, number: number): Drift {
  const actual = index % 4 === 0 ? 'the same' : `${stack} ${number}`
  const record = buildRecord({
    fingerprint: `sha256:${stack}/${number}`,
    contentHash: `hmac:${actual}`,
    severity: index % 100 === 0 ? 'critical' : 'medium',
    changes: [{ path: ['tags', 'Owner'], cause: 'outside', declared: 'a', actual, sensitive: false }],
  })
  return buildDrift({ stack, record })
}

function buildPolicy(): AlertPolicy {
  const channel = { type: 'webhook', url: 'https://acme.io/' }
  const config = createConfigSchema({ providers: [], channels: channelKinds, forges: [] }).parse({
    version: 1,
    repositories: [{ name: 'infra', url: './infra' }],
    alerts: {
      channels: Object.fromEntries(CHANNELS.map((name) => [name, channel])),
      groupWait: '1s',
      routes: [
        {
          match: { severity: ['critical', 'high'], labels: { env: 'prod' } },
          channels: ['pager'],
          continue: true,
        },
        { match: { labels: { owner: '@acme/team-7*' } }, channels: ['chat'], continue: true },
        { match: { stack: 'prod/**' }, channels: ['mail', 'issues'], continue: true },
        { match: { stack: ['prod/**', 'dev/team-1*/**'] }, channels: ['chat', 'issues'], continue: true },
        { channels: CHANNELS },
      ],
    },
    mutes: ['aws_iam_*', 'aws_route53_*', 'module.legacy.*'].map((address) => {
      return { match: { address }, reason: 'moving', author: 'alice', until: '2027-03-31' }
    }),
  })
  return toAlertPolicy(config, nextOpening)
}
