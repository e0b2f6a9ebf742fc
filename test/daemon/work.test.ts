import { describe, expect, it, vi } from 'vitest'
import type { FleetRepository } from '../../src/daemon/fleet.js'
import type { Setup } from '../../src/daemon/generation.js'
import type { Work } from '../../src/daemon/run-daemon.js'
import { startWork, type WorkParts } from '../../src/daemon/work.js'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import type { Remediator } from '../../src/remediate/remediator.js'
import { createMetrics } from '../../src/server/metrics.js'
import type { Served } from '../../src/server/served.js'
import { createFakeClock, type FakeClock } from '../helpers/fake-clock.js'
import { createFakeSource, type FakeSource } from '../helpers/fake-source.js'
import { createMemoryQueue } from '../helpers/memory-queue.js'
import { collectLines } from '../lib/collect-lines.js'

/** A remediator that carries something out until the test ends it. */
interface BusyRemediator extends Remediator {
  /** With how much time it was told to stop, each time. */
  readonly graces: readonly (number | null)[]
  isStarted(): boolean
  end(): void
}

function createBusyRemediator(): BusyRemediator {
  const graces: (number | null)[] = []
  let isStarted = false
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return {
    graces,
    isStarted: () => isStarted,
    end,
    start() {
      isStarted = true
    },
    nudge: () => undefined,
    stop(graceMs) {
      graces.push(graceMs)
      return ended
    },
  }
}

type Parts = WorkParts<FleetRepository>

function setupOf(remediator: Remediator, sources: readonly FakeSource[] = []): Setup<FleetRepository> {
  return {
    sources,
    join: () => ({ stacks: [], problems: [] }),
    tools: {} as Setup<FleetRepository>['tools'],
    limits: { slots: 1, maxConcurrent: {} },
    dispatcher: null,
    reportRepository: null,
    remediator,
  }
}

/** A leader that scans nothing; `next` is what a reload brings. */
async function lead(
  setup: Setup<FleetRepository>,
  next: Remediator | null = null,
): Promise<{ readonly work: Work; readonly served: Served; readonly clock: FakeClock }> {
  const { stream } = collectLines()
  const log = createLogger({ verbosity: 'daemon', redactor: createRedactor([]), destination: stream })
  let served: Served | null = null
  const clock = createFakeClock('2026-11-24T10:00:00.000Z')
  const parts: Parts = {
    clock,
    log,
    metrics: createMetrics('0'),
    scheduler: {
      queue: createMemoryQueue(),
      memory: { recall: async () => [], remember: async () => undefined },
      newId: () => 'id',
      owner: 'here:1',
      limits: { slots: 1, maxConcurrent: {} },
      leaseMs: 15_000,
    },
    view: {} as Parts['view'],
    companions: [],
    setup,
    reload: async () => next && setupOf(next),
    async startServer(made) {
      served = made
      return { url: 'http://127.0.0.1:1', stop: async () => undefined }
    },
  }
  const { signal: lost } = new AbortController()
  const leader = { fence: { token: 1 }, isTakenOver: false, lost, noteError: () => false }
  const work = await startWork(parts, { ...leader, release: async () => undefined })
  if (served === null) throw new Error('it serves nothing')
  return { work, served, clock }
}

/** A scheduler pauses between its turns. */
async function whileTimePasses(done: Promise<unknown>, clock: FakeClock): Promise<void> {
  let isDone = false
  void done.finally(() => {
    isDone = true
  })
  for (let turn = 0; turn < 100 && !isDone; turn++) await clock.advance(1_000)
  await done
}

describe('a leader that carries something out', () => {
  it('lets a reload wait for it, and gives it the time of scans when it stops', async () => {
    const [first, second] = [createBusyRemediator(), createBusyRemediator()]
    const { work, clock } = await lead(setupOf(first), second)
    const reloading = work.reload()
    await vi.waitUntil(() => first.graces.length > 0)
    expect(first.graces).toEqual([null])
    expect(second.isStarted()).toBe(false)
    first.end()
    await reloading
    expect(second.isStarted()).toBe(true)
    const stopped = work.stop(25_000)
    expect(second.graces).toEqual([15_000])
    second.end()
    await whileTimePasses(stopped, clock)
  })

  it('stops within its time also while a reload waits, which then brings nothing', async () => {
    const [first, second] = [createBusyRemediator(), createBusyRemediator()]
    const { work, clock } = await lead(setupOf(first), second)
    const reloading = work.reload()
    await vi.waitUntil(() => first.graces.length > 0)
    const stopped = work.stop(25_000)
    expect(first.graces).toEqual([null, 15_000])
    first.end()
    await whileTimePasses(Promise.all([reloading, stopped]), clock)
    expect(second.isStarted()).toBe(false)
  })
})

it('asks every remote when the server is told to poll', async () => {
  const remediator = createBusyRemediator()
  const sources = [createFakeSource('infra'), createFakeSource('edge')]
  const { work, served, clock } = await lead(setupOf(remediator, sources))
  served.pollNow()
  expect(sources.map((source) => source.looksNow())).toEqual([1, 1])
  remediator.end()
  await whileTimePasses(work.stop(0), clock)
})
