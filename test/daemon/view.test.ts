import { describe, expect, it } from 'vitest'
import { createView, type ViewParts } from '../../src/daemon/view.js'
import { DriftError } from '../../src/domain/errors.js'
import { createMetrics } from '../../src/server/metrics.js'
import { buildStatus } from '../helpers/build-status.js'
import { createFakeClock } from '../helpers/fake-clock.js'

function view(overrides: Partial<ViewParts> = {}) {
  const clock = createFakeClock('2026-11-20T10:00:00.000Z')
  const parts: ViewParts = {
    lead: { fence: { token: 1 }, lost: new AbortController().signal },
    clock,
    schedule: {
      assertLeader: async () => undefined,
      runningScans: async () => [],
      stackSchedules: async (stacks) =>
        stacks.map((stack) => ({
          stack,
          lastSlot: null,
          nextScanAt: null,
          consecutiveFailures: 0,
          peakMemoryBytes: 1_000,
          backOffUntil: null,
        })),
    },
    queue: { depth: async () => ({ waiting: 2, running: 1, oldestQueuedAt: '2026-11-20T09:59:00.000Z' }) },
    metrics: createMetrics('0'),
    exitCodeMetrics: new Map(),
    documents: {
      status: async () => ({}),
      stack: async () => ({}),
      history: async () => ({}),
      records: async () => ({}),
    },
    stacks: async () => [buildStatus({ name: 'a' })],
    openDrift: async () => [{ stack: 'a', kind: 'changed', severity: 'high', count: 3 }],
    storeBytes: async () => 4_096,
    reachability: () => [{ name: 'infra', isReachable: false }],
    schedulerState: () => ({ running: 1, lastGoodTickMs: 0, throttled: 0, failing: 0 }),
    isStopping: () => false,
    pollNow: () => undefined,
    ...overrides,
  }
  return { clock, served: createView(parts) }
}

const problemsOf = async ({ served }: ReturnType<typeof view>) =>
  Object.fromEntries((await served.readiness()).map(({ name, problem }) => [name, problem]))

describe('readiness', () => {
  it('is there when the store answers, the queue is looked at, and it leads', async () => {
    expect(await problemsOf(view())).toEqual({ store: null, queue: null, leader: null })
  })

  it('asks no Git remote', async () => {
    expect(await problemsOf(view({ reachability: () => [{ name: 'infra', isReachable: false }] }))).toEqual({
      store: null,
      queue: null,
      leader: null,
    })
  })

  it('ends with the store, the lead, the queue, and when it stops', async () => {
    const failing = (code: 'STORE_LOCKED' | 'LEADERSHIP_LOST') => ({
      schedule: {
        assertLeader: () => Promise.reject(new DriftError(code, `told ${code}`)),
        runningScans: async () => [],
        stackSchedules: async () => [],
      },
    })
    expect(await problemsOf(view(failing('STORE_LOCKED')))).toMatchObject({ store: 'told STORE_LOCKED' })
    expect(await problemsOf(view(failing('LEADERSHIP_LOST')))).toMatchObject({
      store: null,
      leader: 'another driftd leads',
    })
    expect(await problemsOf(view({ isStopping: () => true }))).toMatchObject({ leader: 'it is stopping' })
    const silent = view()
    await silent.clock.advance(61_000)
    expect((await problemsOf(silent)).queue).toMatch(/for 61 s/)
  })
})

describe('what is served', () => {
  it('is a snapshot for metrics', async () => {
    const text = await view().served.metrics()
    for (const line of [
      'driftd_open_records{stack="a",kind="changed",severity="high"} 3',
      'driftd_queue_depth 2',
      'driftd_queue_running 1',
      'driftd_queue_oldest_wait_seconds 60',
      'driftd_engine_memory_bytes{stack="a"} 1000',
      'driftd_repository_reachable{repository="infra"} 0',
      'driftd_store_size_bytes 4096',
      'driftd_leader 1',
    ])
      expect(text).toContain(`${line}\n`)
  })

  it('counts no drift of a stack that is configured no longer', async () => {
    const openDrift = async () =>
      ['a', 'gone'].map((stack) => ({ stack, kind: 'changed', severity: 'high', count: 3 }) as const)
    const text = await view({ openDrift }).served.metrics()
    expect(text).toContain('driftd_open_records{stack="a",kind="changed",severity="high"} 3\n')
    expect(text).not.toContain('stack="gone"')
  })

  it('is the queue, with every scan that runs', async () => {
    const running = {
      id: '01A',
      stack: 'a',
      provider: 'terraform',
      repository: 'infra',
      commit: 'c0ffee',
      startedAt: '2026-11-20T09:59:59.000Z',
      phase: 'plan',
    } as const
    const owner = { host: 'secret-host', pid: 1, startedAs: null }
    const schedule = {
      assertLeader: async () => undefined,
      stackSchedules: async () => [],
      runningScans: async () => [{ ...running, owner, overdueAt: '2026-11-20T11:00:00.000Z' }],
    }
    expect(await view({ schedule }).served.scans()).toEqual({
      schemaVersion: 1,
      waiting: 2,
      oldestQueuedAt: '2026-11-20T09:59:00.000Z',
      running: [running],
    })
  })
})
