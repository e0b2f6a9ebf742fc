import { describe, expect, it } from 'vitest'
import type { Drift, DriftEvent } from '../../src/domain/drift.js'
import type { OpenedStore } from '../../src/store/open-store.js'
import type { RetentionRule } from '../../src/store/retention-store.js'
import { buildChanges, buildDrift, buildEvent } from '../helpers/build-drift.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { driftedScan, failedScan } from './stored-scans.js'

/** Everything before day 100 is old. */
const RULE: RetentionRule = { before: day(100), maxScansPerStack: 1_000 }

/** What every store must forget, and what not. `openEmpty` gives a new, empty store; the test closes it. */
export function describeRetention(name: string, openEmpty: () => Promise<OpenedStore>): void {
  const withStore = (run: (store: OpenedStore) => Promise<void>) => async (): Promise<void> => {
    const store = await openEmpty()
    try {
      await run(store)
    } finally {
      await store.close()
    }
  }

  describe(`${name}: retention`, () => {
    it(
      'forgets old scans with their records, and keeps the rest',
      withStore(async (store) => {
        for (const number of [1, 99, 100, 101]) await save(store, number)
        expect(await prune(store)).toEqual({ records: 2, scans: 2, drifts: 0, events: 0 })
        expect(await scansOf(store, 'prod/network')).toEqual(['s101', 's100'])
        expect(await prune(store)).toEqual({ records: 0, scans: 0, drifts: 0, events: 0 })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.records).toHaveLength(1)
      }),
    )

    it(
      'keeps the last scan of a stack and the last one with a verdict, however old',
      withStore(async (store) => {
        for (const number of [1, 2]) await save(store, number)
        for (const id of ['s3', 's4'])
          await store.saveScan({
            scan: { ...failedScan(id), startedAt: day(3) },
            nextBaseline: null,
          })
        await save(store, 5, 'removed/long/ago')
        expect(await prune(store)).toMatchObject({ scans: 2 })
        expect(await scansOf(store, 'prod/network')).toEqual(['s4', 's2'])
        expect(await scansOf(store, 'removed/long/ago')).toEqual(['s5'])
        const [summary] = await store.stackSummaries(['prod/network'])
        expect(summary).toMatchObject({ status: 'failed', lastGoodScanAt: day(2) })
        expect(await store.findRecords('aaaa')).toHaveLength(2)
      }),
    )

    it(
      'lets no stack have more scans than it may',
      withStore(async (store) => {
        for (const number of [200, 201, 202, 203]) await save(store, number)
        for (const number of [200, 201]) await save(store, number + 300, 'other')
        expect(await prune(store, { ...RULE, maxScansPerStack: 2 })).toMatchObject({ scans: 2 })
        expect(await scansOf(store, 'prod/network')).toEqual(['s203', 's202'])
        expect(await scansOf(store, 'other')).toEqual(['s501', 's500'])
      }),
    )

    it(
      'goes in steps, so that a scan of very many records does not hold up others',
      withStore(async (store) => {
        const records = Array.from({ length: 2_500 }, () => buildRecord())
        await store.saveScan({
          scan: driftedScan('s1', { startedAt: day(1), records }),
          nextBaseline: null,
        })
        await save(store, 101)
        const counts: number[] = []
        for await (const { what, count } of store.retention.prune(RULE)) {
          if (what === 'records') counts.push(count)
        }
        expect(counts).toEqual([1_000, 1_000, 500])
      }),
    )

    it(
      'rests between its looks at many stacks too',
      withStore(async (store) => {
        for (let number = 1; number <= 45; number++) await save(store, 200, `stack-${number}`, `s${number}`)
        let steps = 0
        for await (const { count } of store.retention.prune(RULE)) steps += count === 0 ? 1 : 0
        expect(steps).toBeGreaterThanOrEqual(3)
      }),
    )

    it(
      'finishes what was stopped in the middle',
      withStore(async (store) => {
        const records = Array.from({ length: 1_500 }, () => buildRecord())
        await store.saveScan({
          scan: driftedScan('s1', { startedAt: day(1), records }),
          nextBaseline: null,
        })
        await save(store, 101)
        for await (const { what } of store.retention.prune(RULE)) if (what === 'records') break
        expect(await prune(store)).toMatchObject({ records: 500, scans: 1 })
      }),
    )

    it(
      'handles hundreds of old scans',
      withStore(async (store) => {
        for (let number = 1; number <= 120; number++) {
          await save(store, 1, `stack-${number % 4}`, `s${String(number).padStart(3, '0')}`)
        }
        expect(await prune(store)).toMatchObject({ scans: 116 })
        expect(await scansOf(store, 'stack-0')).toEqual(['s120'])
      }),
    )

    it(
      'forgets drift that was resolved long ago, with its events',
      withStore(async (store) => {
        const old = buildDrift({ fingerprint: 'f1', state: 'resolved', resolvedAt: day(99) })
        const recent = buildDrift({ fingerprint: 'f2', state: 'resolved', resolvedAt: day(100) })
        await follow(store, {
          drifts: [old, recent].map((drift) => ({ ...drift, firstSeenAt: day(10) })),
          events: [
            buildEvent({ id: 'e1', fingerprint: 'f1', at: day(10) }),
            buildEvent({ id: 'e2', fingerprint: 'f2', at: day(10) }),
            buildEvent({ id: 'e3', fingerprint: 'f1', at: day(99), type: 'resolved' }),
            buildEvent({ id: 'e4', fingerprint: 'f2', at: day(100), type: 'resolved' }),
          ],
        })
        expect(await prune(store)).toMatchObject({ drifts: 1, events: 2 })
        expect((await store.drift.drifts(['prod/network'])).map((it) => it.fingerprint)).toEqual(['f2'])
        expect((await store.drift.eventsAfter(null, 10)).map(({ id }) => id)).toEqual(['e2', 'e4'])
      }),
    )

    it(
      'never forgets drift that stands, nor the events of its present episode',
      withStore(async (store) => {
        const states = ['open', 'acknowledged', 'ignored', 'unconfirmed'] as const
        await follow(store, {
          drifts: states.map((state) =>
            buildDrift({ fingerprint: state, state, firstSeenAt: day(20), resolvedAt: day(1) }),
          ),
          events: states.flatMap((state) => [
            buildEvent({ id: `${state}-former`, fingerprint: state, at: day(19) }),
            buildEvent({ id: `${state}-present`, fingerprint: state, at: day(20) }),
          ]),
        })
        expect(await prune(store)).toMatchObject({ drifts: 0, events: 4 })
        expect(await store.drift.drifts(['prod/network'])).toHaveLength(4)
        const left = await store.drift.eventsAfter(null, 10)
        expect(left.map(({ id }) => id)).toEqual(states.map((state) => `${state}-present`))
      }),
    )
  })
}

function day(number: number): string {
  return new Date(Date.UTC(2026, 0, number)).toISOString()
}

function save(store: OpenedStore, number: number, stack = 'prod/network', id = `s${number}`): Promise<void> {
  return store.saveScan({ scan: driftedScan(id, { stack, startedAt: day(number) }), nextBaseline: null })
}

function follow(
  store: OpenedStore,
  changes: { readonly drifts: readonly Drift[]; readonly events: readonly DriftEvent[] },
): Promise<void> {
  const scan = buildScan({ id: 's200', startedAt: day(200) })
  return store.saveScan({ scan, nextBaseline: null, follow: () => buildChanges(changes) })
}

async function prune(store: OpenedStore, rule: RetentionRule = RULE): Promise<Record<string, number>> {
  const counts = { records: 0, scans: 0, drifts: 0, events: 0 }
  for await (const { what, count } of store.retention.prune(rule)) counts[what] += count
  return counts
}

async function scansOf(store: OpenedStore, stack: string): Promise<readonly string[]> {
  return (await store.drift.pastScans(stack, 200)).map(({ id }) => id)
}
