import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AskParts, askDaemon } from '../../src/daemon/ask-daemon.js'
import { DriftError } from '../../src/domain/errors.js'
import type { ScanEvent } from '../../src/scan/scan-job.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { buildScan } from '../helpers/build-record.js'
import { createFakeClock, type FakeClock } from '../helpers/fake-clock.js'
import { tempFolder } from '../lib/temp-folder.js'

const owner = { host: 'h', pid: 7, startedAs: null }
const START = '2026-11-20T10:00:00.000Z'

interface Lab {
  readonly clock: FakeClock
  readonly store: OpenedStore
  readonly events: ScanEvent[]
  ask(stacks: readonly string[], signal?: AbortSignal): ReturnType<typeof askDaemon>
  /** Does what the daemon does with the next scan. */
  claim(): Promise<{ readonly stack: string; finish(startedAt: string | null): Promise<void> }>
}

async function openLab({ leads }: { readonly leads: boolean }): Promise<Lab> {
  const clock = createFakeClock(START)
  const store = await openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`)
  onTestFinished(() => store.close())
  if (leads)
    await store.schedule.takeLead({
      owner,
      now: START,
      leaseUntil: '2026-11-20T10:01:00.000Z',
      processState: () => 'alive',
    })
  let ids = 0
  const parts: AskParts = {
    queue: store.queue,
    schedule: store.schedule,
    store,
    clock,
    newId: () => `01J${String(++ids).padStart(4, '0')}`,
    processState: () => 'alive',
  }
  const events: ScanEvent[] = []
  return {
    clock,
    store,
    events,
    ask: (stacks, signal = new AbortController().signal) =>
      askDaemon(stacks, parts, { signal, onEvent: (event) => events.push(event) }),
    async claim() {
      const now = clock.now().toISOString()
      const leaseUntil = '2026-11-20T11:00:00.000Z'
      const [claim] = await store.queue.claim({ now, leaseUntil, limit: 1, busyStacks: [], owner: 'h:7' })
      if (claim === undefined) throw new Error('nothing waits')
      const { stack } = claim
      const id = `01K${stack}`
      const running = { id, stack, provider: 'terraform', repository: null, commit: null }
      await store.schedule.startScan(
        { ...running, startedAt: now, phase: 'plan', owner, overdueAt: leaseUntil },
        null,
      )
      return {
        stack,
        async finish(startedAt) {
          if (startedAt === null) await store.schedule.abandonScan(id)
          else await store.saveScan({ scan: buildScan({ id, stack, startedAt }), nextBaseline: null })
          await store.queue.complete([claim])
        },
      }
    },
  }
}

describe('asking the daemon', () => {
  it('does nothing where none leads', async () => {
    const lab = await openLab({ leads: false })
    expect(await lab.ask(['a'])).toBeNull()
    expect(await lab.store.queue.depth(START)).toMatchObject({ waiting: 0 })
  })

  it('waits for what it finds, telling the phases meanwhile', async () => {
    const lab = await openLab({ leads: true })
    const asked = lab.ask(['b', 'a'])
    await lab.clock.advance(500)
    const first = await lab.claim()
    await lab.clock.advance(500)
    await first.finish('2026-11-20T10:00:02.000Z')
    await lab.clock.advance(500)
    const second = await lab.claim()
    await lab.clock.advance(500)
    await second.finish('2026-11-20T10:00:03.000Z')
    await lab.clock.advance(500)
    const outcome = await asked
    expect(outcome?.scans.map(({ stack }) => stack)).toEqual(['a', 'b'])
    expect(outcome?.problems).toEqual([])
    expect(lab.events.map(({ type, stack }) => `${type} ${stack}`)).toEqual([
      'waiting b',
      'waiting a',
      `started ${first.stack}`,
      `phase ${first.stack}`,
      `finished ${first.stack}`,
      `started ${second.stack}`,
      `phase ${second.stack}`,
      `finished ${second.stack}`,
    ])
  })

  it('says so where the daemon has no such stack', async () => {
    const lab = await openLab({ leads: true })
    await lab.store.saveScan({
      scan: buildScan({ id: '01A', stack: 'a', startedAt: START }),
      nextBaseline: null,
    })
    const asked = lab.ask(['a'])
    await lab.clock.advance(500)
    await (await lab.claim()).finish(null)
    await lab.clock.advance(500)
    expect(await asked).toMatchObject({ scans: [], problems: [{ code: 'STACK_UNKNOWN' }] })
  })

  it('gives up on a daemon that is gone', async () => {
    const lab = await openLab({ leads: true })
    const asked = lab.ask(['a'])
    await lab.clock.advance(61_000)
    expect(await asked).toBeNull()
  })

  it('ends its waiting on Ctrl-C', async () => {
    const lab = await openLab({ leads: true })
    const stopping = new AbortController()
    const asked = lab.ask(['a'], stopping.signal)
    await lab.clock.advance(500)
    stopping.abort(new DriftError('INTERRUPTED', 'stopped by Ctrl-C'))
    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})
