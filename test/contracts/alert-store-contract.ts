import { describe, expect, it } from 'vitest'
import type { OpenedStore } from '../../src/store/open-store.js'
import {
  ago,
  buildCommit,
  buildDelivery,
  buildMatter,
  buildMemory,
  buildNotice,
  buildThread,
  DAY_MS,
  HOUR_MS,
  NOW,
} from '../helpers/build-alert.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import type { SharedStore } from './schedule-store-contract.js'
import { driftedScan, EARLIER, failedScan, LATER } from './stored-scans.js'

/** What every alert store must do. `makeEmpty` gives a new, empty one, which the suite closes. */
export function describeAlertStore(name: string, makeEmpty: () => Promise<SharedStore>): void {
  const withStore = (run: (store: OpenedStore) => Promise<void>) => async () => {
    const shared = await makeEmpty()
    try {
      await run(await shared.open())
    } finally {
      await shared.close()
    }
  }

  describe(`${name}: what scans say`, () => {
    it(
      'counts scans without a verdict since the last one with',
      withStore(async (store) => {
        await store.saveScan({ scan: failedScan('01J1'), nextBaseline: null })
        await store.saveScan({ scan: driftedScan('01J2'), nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J3'), nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J4'), nextBaseline: null })
        const [network, never] = await store.alerts.scanFacts(['prod/network', 'never'])
        expect(network).toEqual({
          stack: 'prod/network',
          status: 'failed',
          commit: null,
          lastScanAt: LATER,
          lastGoodScanAt: EARLIER,
          failures: 2,
          failingSince: LATER,
          error: expect.objectContaining({ code: 'BACKEND_UNREACHABLE', phase: 'init' }),
          pluginChange: null,
        })
        expect(never).toMatchObject({ status: 'unknown', failures: 0, lastScanAt: null })
        expect(await store.alerts.lastScans()).toEqual(new Map([['prod/network', '01J4']]))
      }),
    )

    it(
      'counts from the first scan on where none had a verdict, and none where the last one has',
      withStore(async (store) => {
        await store.saveScan({ scan: failedScan('01J1'), nextBaseline: null })
        expect((await store.alerts.scanFacts(['prod/network']))[0]?.failures).toBe(1)
        await store.saveScan({ scan: driftedScan('01J2'), nextBaseline: null })
        expect((await store.alerts.scanFacts(['prod/network']))[0]).toMatchObject({
          failures: 0,
          error: null,
        })
      }),
    )

    it(
      'knows the last step to another version of a plug-in',
      withStore(async (store) => {
        const save = (id: string, plugins?: Readonly<Record<string, string>>) =>
          store.saveScan({ scan: buildScan({ id }), nextBaseline: null, ...(plugins && { plugins }) })
        const change = async () => (await store.alerts.scanFacts(['prod/network']))[0]?.pluginChange
        await save('01J1', { aws: '5.1.0', random: '3.0.0' })
        expect(await change()).toBeNull()
        await save('01J2', { aws: '6.0.0', random: '3.0.0', time: '1.0.0' })
        const step = { scan: '01J2', changes: [{ name: 'aws', from: '5.1.0', to: '6.0.0' }] }
        expect(await change()).toEqual(step)
        await save('01J3', { aws: '6.0.0', random: '3.0.0', time: '1.0.0' })
        await save('01J4')
        expect(await change()).toEqual(step)
        await save('01J5', { aws: '6.0.0', random: '4.0.0' })
        expect(await change()).toMatchObject({ scan: '01J5', changes: [{ name: 'random', from: '3.0.0' }] })
      }),
    )

    it(
      'finds unapplied code',
      withStore(async (store) => {
        const pending = buildRecord({ id: 'bbbbbbbbbbbb', kind: 'pending' })
        const scan = buildScan({ status: 'drifted', records: [buildRecord(), pending] })
        await store.saveScan({ scan, nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J3'), nextBaseline: null })
        expect(await store.alerts.pendingRecords(['prod/network', 'never'])).toEqual([
          { stack: 'prod/network', record: pending },
        ])
      }),
    )
  })

  describe(`${name}: what channels know`, () => {
    const matter = buildMatter({ cause: 'c' })
    const other = buildMatter({ id: 'drift:b', stack: 'b', cause: 'c' })

    it(
      'is written whole, and replaced',
      withStore(async ({ alerts }) => {
        const memory = buildMemory(matter)
        const commit = {
          remembered: [memory],
          threads: [buildThread()],
          eventCursor: '01J',
          slots: { digest: NOW },
        }
        expect(await alerts.commitDispatch(buildCommit(commit))).toBe(true)
        expect(await alerts.dispatchState()).toEqual({
          version: 1,
          eventCursor: '01J',
          slots: { digest: NOW },
        })
        const query = { stacks: ['prod/network'], causes: [] }
        expect(await alerts.alertMemory(query)).toEqual({ matters: [memory], threads: [buildThread()] })
        const changed = { ...memory, content: 'two', severity: 'high' as const }
        const thread = buildThread({ sequence: 2, sentAt: NOW, repeats: 1 })
        await alerts.commitDispatch(buildCommit({ version: 1, remembered: [changed], threads: [thread] }))
        expect(await alerts.alertMemory(query)).toEqual({ matters: [changed], threads: [thread] })
        expect((await alerts.dispatchState()).eventCursor).toBe('01J')
        await alerts.commitDispatch(
          buildCommit({
            version: 2,
            forgotten: [{ channel: 'mail', matter: matter.id }],
            closed: [{ channel: 'mail', alertKey: 'thread' }],
          }),
        )
        expect(await alerts.alertMemory(query)).toEqual({ matters: [], threads: [] })
      }),
    )

    it(
      'is not written by who read something older',
      withStore(async ({ alerts }) => {
        await alerts.commitDispatch(buildCommit())
        const late = buildCommit({ remembered: [buildMemory(matter)], deliveries: [buildDelivery()] })
        expect(await alerts.commitDispatch(late)).toBe(false)
        expect(await alerts.rememberedStacks()).toEqual([])
        expect(await alerts.deliveries({ limit: 10 })).toEqual([])
      }),
    )

    it(
      'is not written where a part of it cannot be',
      withStore(async ({ alerts }) => {
        await alerts.commitDispatch(buildCommit({ deliveries: [buildDelivery()] }))
        const twice = buildCommit({
          version: 1,
          remembered: [buildMemory(matter)],
          deliveries: [buildDelivery()],
        })
        await expect(alerts.commitDispatch(twice)).rejects.toThrow()
        expect(await alerts.rememberedStacks()).toEqual([])
        expect((await alerts.dispatchState()).version).toBe(1)
      }),
    )

    it(
      'is found by stack, by cause, and by the thread of either',
      withStore(async ({ alerts }) => {
        const memories = [
          buildMemory(matter, { alertKey: null }),
          buildMemory(other, { alertKey: 'cause' }),
          buildMemory(buildMatter({ id: 'drift:c', stack: 'c' }), { alertKey: 'cause' }),
          buildMemory(buildMatter({ id: 'drift:d', stack: 'd' }), { alertKey: 'own' }),
        ]
        const threads = [
          buildThread({ alertKey: 'cause', groupKey: 'c' }),
          buildThread({ alertKey: 'own', groupKey: 'drift:d' }),
          buildThread({ alertKey: 'storm', groupKey: 'storm:drift' }),
        ]
        await alerts.commitDispatch(buildCommit({ remembered: memories, threads }))
        const found = await alerts.alertMemory({ stacks: ['prod/network'], causes: ['c'] })
        expect(found.matters.map((row) => row.matter).toSorted()).toEqual(['drift:a', 'drift:b', 'drift:c'])
        expect(found.threads.map(({ alertKey }) => alertKey).toSorted()).toEqual(['cause', 'storm'])
        const byStack = await alerts.alertMemory({ stacks: ['c'], causes: [] })
        expect(byStack.matters.map((row) => row.matter).toSorted()).toEqual(['drift:b', 'drift:c'])
        expect((await alerts.rememberedStacks()).toSorted()).toEqual(['b', 'c', 'd', 'prod/network'])
      }),
    )
  })

  describe(`${name}: notices`, () => {
    it(
      'are told once, oldest first',
      withStore(async ({ alerts }) => {
        const old = buildNotice({ id: 'old', at: ago(DAY_MS) })
        await alerts.notify(buildNotice())
        await alerts.notify(old)
        await alerts.notify(buildNotice({ summary: 'again' }))
        expect(await alerts.openNotices(9)).toEqual([old, buildNotice()])
        expect(await alerts.openNotices(1)).toEqual([old])
        await alerts.commitDispatch(buildCommit({ notices: ['old', buildNotice().id] }))
        expect(await alerts.openNotices(9)).toEqual([])
        await alerts.notify(buildNotice())
        expect(await alerts.openNotices(9)).toEqual([])
        await alerts.pruneAlerts(ago(HOUR_MS))
        await alerts.notify(old)
        expect(await alerts.openNotices(9)).toEqual([old])
      }),
    )
  })
}
