import { describe, expect, it } from 'vitest'
import type { ProcessIdentity, ProcessState, RunningScan } from '../../src/domain/running-scan.js'
import type { OpenedStore } from '../../src/store/open-store.js'
import type { LeadRequest } from '../../src/store/schedule-store.js'
import { buildScan } from '../helpers/build-record.js'
import { at } from './queued-scans.js'

/** One store, opened by several processes or connections. */
export interface SharedStore {
  open(): Promise<OpenedStore>
  close(): Promise<void>
}

const HERE: ProcessIdentity = { host: 'here', pid: 10, startedAs: 'boot/100' }
const THERE: ProcessIdentity = { host: 'there', pid: 10, startedAs: 'boot/100' }
const EMPTY = {
  lastSlot: null,
  nextScanAt: null,
  consecutiveFailures: 0,
  peakMemoryBytes: null,
  backOffUntil: null,
}

/** What every schedule store must do. `makeEmpty` gives a new, empty one, which the suite closes. */
export function describeScheduleStore(name: string, makeEmpty: () => Promise<SharedStore>): void {
  const withStores = (run: (store: OpenedStore, other: OpenedStore) => Promise<void>) => async () => {
    const shared = await makeEmpty()
    try {
      await run(await shared.open(), await shared.open())
    } finally {
      await shared.close()
    }
  }

  it(
    `${name}: tells its size`,
    withStores(async (store, other) => {
      expect(await store.sizeBytes()).toBeGreaterThan(10_000)
      expect(Number.isInteger(await other.sizeBytes())).toBe(true)
    }),
  )

  describe(`${name}: what is remembered of a stack`, () => {
    it(
      'keeps what a change does not name',
      withStores(async ({ schedule }, other) => {
        await schedule.saveStackSchedules(
          [
            { stack: 'a', lastSlot: at(0), nextScanAt: at(60), peakMemoryBytes: 5_000_000_000 },
            { stack: 'b', consecutiveFailures: 2 },
            { stack: 'b', backOffUntil: at(90) },
          ],
          null,
        )
        await schedule.saveStackSchedules([{ stack: 'a', lastSlot: null, consecutiveFailures: 1 }], null)
        expect(await other.schedule.stackSchedules(['b', 'never', 'a'])).toEqual([
          { ...EMPTY, stack: 'b', consecutiveFailures: 2, backOffUntil: at(90) },
          { ...EMPTY, stack: 'never' },
          {
            ...EMPTY,
            stack: 'a',
            nextScanAt: at(60),
            consecutiveFailures: 1,
            peakMemoryBytes: 5_000_000_000,
          },
        ])
        expect(await schedule.stackSchedules([])).toEqual([])
      }),
    )

    it(
      'bears thousands of stacks',
      withStores(async ({ schedule }) => {
        const stacks = Array.from({ length: 2_500 }, (_, index) => `stack-${index}`)
        await schedule.saveStackSchedules(
          stacks.map((stack) => ({ stack, lastSlot: at(0) })),
          null,
        )
        const found = await schedule.stackSchedules(stacks)
        expect(found.map(({ stack, lastSlot }) => [stack, lastSlot])).toEqual(
          stacks.map((stack) => [stack, at(0)]),
        )
      }),
    )
  })

  describe(`${name}: running scans`, () => {
    it(
      'keeps a scan until it is saved or abandoned',
      withStores(async (store, other) => {
        const running = [buildRunning('1'), buildRunning('2', { startedAt: at(5) })]
        for (const scan of running) await store.schedule.startScan(scan, null)
        expect(await other.schedule.runningScans()).toEqual(running)
        await store.schedule.noteEngine({ scan: '1', phase: 'plan', leader: HERE })
        expect((await other.schedule.runningScans())[0]?.phase).toBe('plan')
        await store.saveScan({ scan: buildScan({ id: '1' }), nextBaseline: null })
        await store.schedule.abandonScan('2')
        expect(await other.schedule.runningScans()).toEqual([])
        await store.schedule.noteEngine({ scan: '1', phase: 'show', leader: HERE })
      }),
    )

    it(
      'stores what a dead process left as interrupted, and lists the engines that still run',
      withStores(async (store, other) => {
        const engine = { ...HERE, pid: 77 }
        const ended = { ...HERE, pid: 78 }
        await store.schedule.startScan(buildRunning('1', { stack: 'a' }), null)
        await store.schedule.noteEngine({ scan: '1', phase: 'init', leader: ended })
        await store.schedule.noteEngine({ scan: '1', phase: 'plan', leader: engine })
        await store.schedule.startScan(buildRunning('2', { owner: { ...HERE, pid: 11 } }), null)
        const processState = states({ 10: 'gone', 11: 'alive', 77: 'alive', 78: 'gone' })
        const request = { now: at(60), fence: null, processState }
        const left = [{ scan: '1', phase: 'plan', leader: engine }]
        expect(await other.schedule.leftovers(request)).toEqual(left)
        expect(await store.schedule.leftovers(request)).toEqual(left)
        const found = await other.schedule.recover(request)
        expect(found).toEqual([(await store.stackStates(['a']))[0]?.lastScan])
        expect(found[0]).toMatchObject({
          id: '1',
          stack: 'a',
          status: 'failed',
          startedAt: at(0),
          error: { code: 'INTERRUPTED', phase: 'plan', retryable: true },
        })
        expect((await store.schedule.runningScans()).map(({ id }) => id)).toEqual(['2'])
        expect(await other.schedule.leftovers(request)).toEqual([])
        expect(await other.schedule.recover(request)).toEqual([])
      }),
    )

    it(
      'keeps the last good scan and its open drift through an interruption',
      withStores(async (store) => {
        await store.saveScan({ scan: buildScan({ id: '0', stack: 'a' }), nextBaseline: 'kept' })
        await store.schedule.startScan(buildRunning('1', { stack: 'a' }), null)
        await store.schedule.recover({ now: at(9), fence: null, processState: () => 'gone' })
        const [summary] = await store.stackSummaries(['a'])
        expect(summary).toMatchObject({ status: 'failed', lastGoodScanAt: buildScan().startedAt })
        expect(await store.baseline('a')).toBe('kept')
      }),
    )

    it(
      'believes another machine until the scan is overdue',
      withStores(async ({ schedule }) => {
        await schedule.startScan(buildRunning('1', { owner: THERE, overdueAt: at(100) }), null)
        const processState = (): ProcessState => 'elsewhere'
        expect(await schedule.recover({ now: at(100), fence: null, processState })).toEqual([])
        expect(await schedule.recover({ now: at(101), fence: null, processState })).toHaveLength(1)
      }),
    )
  })

  describe(`${name}: the lead`, () => {
    it(
      'is taken by one, renewed, and succeeded when the lease has run out',
      withStores(async ({ schedule }, other) => {
        expect(await schedule.leader()).toBeNull()
        const fence = await leadOf(schedule.takeLead(lead(HERE, 0)))
        const leader = { ...HERE, since: at(0), leaseUntil: at(15) }
        expect(await other.schedule.takeLead(lead(THERE, 14))).toEqual({ status: 'standby', leader })
        expect(await schedule.renewLead(fence, at(30))).toBe(true)
        expect(await other.schedule.leader()).toEqual({ ...leader, leaseUntil: at(30) })
        expect((await other.schedule.takeLead(lead(THERE, 29))).status).toBe('standby')
        const next = await leadOf(other.schedule.takeLead(lead(THERE, 30)))
        expect(next.token).toBeGreaterThan(fence.token)
        expect(await schedule.renewLead(fence, at(90))).toBe(false)
        await schedule.releaseLead(fence)
        expect((await schedule.leader())?.host).toBe('there')
        await other.schedule.releaseLead(next)
        expect(await schedule.leader()).toBeNull()
        expect((await schedule.takeLead(lead(HERE, 31))).status).toBe('leading')
      }),
    )

    it(
      'stays with a leader who overslept while nobody else came',
      withStores(async ({ schedule }) => {
        const fence = await leadOf(schedule.takeLead(lead(HERE, 0)))
        expect(await schedule.renewLead(fence, at(500))).toBe(true)
        await schedule.assertLeader(fence)
      }),
    )

    it(
      'passes at once from a process that is gone, and to the same process again',
      withStores(async ({ schedule }, other) => {
        await schedule.takeLead(lead(HERE, 0))
        const alive = { ...lead(THERE, 1), processState: (): ProcessState => 'alive' }
        expect((await other.schedule.takeLead(alive)).status).toBe('standby')
        expect((await schedule.takeLead(lead(HERE, 2))).status).toBe('leading')
        const gone = { ...lead(THERE, 3), processState: states({ 10: 'gone' }) }
        expect((await other.schedule.takeLead(gone)).status).toBe('leading')
      }),
    )

    it(
      'is won by one of two that ask at once',
      withStores(async ({ schedule }, other) => {
        const outcomes = await Promise.all([
          schedule.takeLead(lead(HERE, 0)),
          other.schedule.takeLead(lead(THERE, 0)),
        ])
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['leading', 'standby'])
      }),
    )

    it(
      'refuses everything that a former leader writes',
      withStores(async (store, other) => {
        const old = await leadOf(store.schedule.takeLead(lead(HERE, 0)))
        await store.schedule.startScan(buildRunning('1', { stack: 'a' }), old)
        await store.schedule.assertLeader(old)
        const fence = await leadOf(other.schedule.takeLead(lead(THERE, 60)))
        const refused = { code: 'LEADERSHIP_LOST' }
        const scan = buildScan({ id: '1', stack: 'a' })
        await expect(store.saveScan({ scan, nextBaseline: 'x', fence: old })).rejects.toMatchObject(refused)
        await expect(store.schedule.assertLeader(old)).rejects.toMatchObject(refused)
        await expect(store.schedule.startScan(buildRunning('2'), old)).rejects.toMatchObject(refused)
        await expect(
          store.schedule.saveStackSchedules([{ stack: 'a', lastSlot: at(0) }], old),
        ).rejects.toMatchObject(refused)
        const request = { now: at(60), processState: (): ProcessState => 'alive' }
        await expect(store.schedule.recover({ ...request, fence: old })).rejects.toMatchObject(refused)
        await expect(store.schedule.leftovers({ ...request, fence: old })).rejects.toMatchObject(refused)
        expect(await store.stackStates(['a'])).toEqual([{ stack: 'a', lastScan: null, lastGoodScanAt: null }])
        expect(await store.schedule.stackSchedules(['a'])).toEqual([{ ...EMPTY, stack: 'a' }])
        // the new leader ends what the old one, paused but alive, can no longer store
        const scans = await other.schedule.recover({ ...request, fence })
        expect(scans.map(({ id }) => id)).toEqual(['1'])
        await other.saveScan({ scan: buildScan({ id: '3', stack: 'a' }), nextBaseline: null, fence })
      }),
    )

    it(
      "leaves a new leader's own scans, and those begun by hand, alone",
      withStores(async ({ schedule }) => {
        const fence = await leadOf(schedule.takeLead(lead(HERE, 0)))
        await schedule.startScan(buildRunning('1'), fence)
        await schedule.startScan(buildRunning('2'), null)
        const request = { now: at(60), fence, processState: (): ProcessState => 'alive' }
        expect(await schedule.recover(request)).toEqual([])
      }),
    )
  })
}

function buildRunning(id: string, overrides: Partial<RunningScan> = {}): RunningScan {
  return {
    id,
    stack: `stack-${id}`,
    provider: 'terraform',
    repository: 'infra',
    commit: null,
    startedAt: at(0),
    phase: 'checkout',
    owner: HERE,
    overdueAt: at(900),
    ...overrides,
  }
}

/** Asks for 15 s, from a machine that cannot see the processes of others. */
function lead(owner: ProcessIdentity, seconds: number): LeadRequest {
  return { owner, now: at(seconds), leaseUntil: at(seconds + 15), processState: () => 'elsewhere' }
}

async function leadOf(outcome: ReturnType<OpenedStore['schedule']['takeLead']>) {
  const taken = await outcome
  if (taken.status !== 'leading') throw new Error('the lead was not taken')
  return taken.fence
}

function states(byPid: Readonly<Record<number, ProcessState>>): (process: ProcessIdentity) => ProcessState {
  return ({ pid }) => byPid[pid] ?? 'elsewhere'
}
