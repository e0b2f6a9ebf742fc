import { describe, expect, it } from 'vitest'
import type { Drift, DriftEvent } from '../../src/domain/drift.js'
import type { DriftStore, IgnoreRuleEntry } from '../../src/store/drift-store.js'
import type { Store } from '../../src/store/store.js'
import { buildChanges, buildDrift, buildEvent } from '../helpers/build-drift.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { EARLIER, failedScan, LATER, recordIdOf } from './stored-scans.js'

type Opened = Store & { readonly drift: DriftStore }

/** What every store must do for drift that is followed. `openEmpty` gives a new, empty store; the test closes it. */
export function describeDriftStore(name: string, openEmpty: () => Promise<Opened>): void {
  const withStore = (run: (store: Opened) => Promise<void>) => async (): Promise<void> => {
    const store = await openEmpty()
    try {
      await run(store)
    } finally {
      await store.close()
    }
  }

  describe(`${name}: drift`, () => {
    it(
      'gives back drifts and events with everything in them',
      withStore(async (store) => {
        const drift = fullDrift()
        const event = fullEvent()
        await save(store, { drifts: [drift, buildDrift()], events: [event] })
        expect(await store.drift.drifts(['prod/network'])).toEqual([buildDrift(), drift])
        expect(await store.drift.eventsAfter(null, 10)).toEqual([event])
      }),
    )

    it(
      'asks what becomes of a stack with the drift of that stack only',
      withStore(async (store) => {
        await save(store, { drifts: [buildDrift(), buildDrift({ stack: 'other' })] })
        let seen: readonly Drift[] = []
        await store.saveScan({
          scan: buildScan({ id: '01J2' }),
          nextBaseline: null,
          follow: (previous) => {
            seen = previous
            return buildChanges({ drifts: [buildDrift({ state: 'resolved' })] })
          },
        })
        expect(seen).toEqual([buildDrift()])
        const states = (await store.drift.drifts(['other', 'prod/network'])).map(({ stack, state }) => [
          stack,
          state,
        ])
        expect(states).toEqual([
          ['other', 'open'],
          ['prod/network', 'resolved'],
        ])
      }),
    )

    it(
      'forgets what is to be forgotten, and leaves drift alone where nobody asks',
      withStore(async (store) => {
        const one = buildDrift({ fingerprint: 'sha256:01' })
        const two = buildDrift({ fingerprint: 'sha256:02' })
        await save(store, { drifts: [one, two] })
        await store.saveScan({ scan: failedScan('01J2'), nextBaseline: null })
        expect(await store.drift.drifts(['prod/network'])).toEqual([one, two])
        await save(store, { forgotten: ['sha256:01'] }, '01J3')
        expect(await store.drift.drifts(['prod/network'])).toEqual([two])
        expect(await store.drift.drifts([])).toEqual([])
      }),
    )

    it(
      'writes nothing at all where one part cannot be written',
      withStore(async (store) => {
        const event = buildEvent()
        await save(store, { events: [event] })
        const again = { drifts: [buildDrift()], events: [buildEvent({ id: '01K2' }), event] }
        await expect(save(store, again, '01J2')).rejects.toThrow()
        expect(await store.drift.drifts(['prod/network'])).toEqual([])
        expect(await store.drift.eventsAfter(null, 10)).toHaveLength(1)
        expect((await store.drift.pastScans('prod/network', 10)).map(({ id }) => id)).toEqual([SCAN])
      }),
    )

    it(
      'keeps thousands of drifts',
      withStore(async (store) => {
        const drifts = Array.from({ length: 1_234 }, (_, index) => {
          const number = `${index}`.padStart(4, '0')
          return buildDrift({ fingerprint: `sha256:${number}`, id: recordIdOf(index) })
        })
        const events = drifts.map(({ id }) => buildEvent({ id }))
        await save(store, { drifts, events })
        expect(await store.drift.drifts(['prod/network'])).toEqual(drifts)
        expect(await store.drift.eventsAfter(null, 2_000)).toEqual(events)
        const forgotten = drifts.slice(1).map(({ fingerprint }) => fingerprint)
        await save(store, { forgotten }, '01J2')
        expect(await store.drift.drifts(['prod/network'])).toEqual(drifts.slice(0, 1))
      }),
    )

    it(
      'keeps no value of a sensitive change',
      withStore(async (store) => {
        const secret = { path: ['password'], cause: 'outside' as const, sensitive: true }
        const record = buildRecord({ changes: [{ ...secret, declared: 'hunter2', actual: 'hunter3' }] })
        await save(store, { drifts: [buildDrift({ record })], events: [buildEvent({ record })] })
        const [drift] = await store.drift.drifts(['prod/network'])
        const [event] = await store.drift.eventsAfter(null, 1)
        expect([drift?.record.changes, event?.record.changes]).toEqual([[secret], [secret]])
      }),
    )

    it(
      'finds drift by the beginning of its id, and counts what is open',
      withStore(async (store) => {
        const high = buildRecord({ severity: 'high', kind: 'deleted' })
        const drifts = [
          buildDrift({ id: 'abcaaaaaaaaa' }),
          buildDrift({ fingerprint: 'sha256:01', id: 'abcbbbbbbbbb', state: 'resolved' }),
          buildDrift({ fingerprint: 'sha256:02', id: 'bbbbbbbbbbbb', state: 'acknowledged' }),
          buildDrift({ fingerprint: 'sha256:03', id: 'cccccccccccc', record: high }),
          buildDrift({ fingerprint: 'sha256:04', id: 'dddddddddddd', state: 'ignored' }),
        ]
        await save(store, { drifts })
        expect((await store.drift.findDrifts('abc')).map(({ id }) => id)).toEqual([
          'abcaaaaaaaaa',
          'abcbbbbbbbbb',
        ])
        expect(await store.drift.findDrifts('%')).toEqual([])
        expect(await store.drift.countOpenDrift()).toEqual([
          { stack: 'prod/network', kind: 'changed', severity: 'medium', count: 2 },
          { stack: 'prod/network', kind: 'deleted', severity: 'high', count: 1 },
        ])
      }),
    )
  })

  describe(`${name}: events`, () => {
    it(
      'gives events in the order they were stored, whatever their ids say',
      withStore(async (store) => {
        // a clock that was set back, or another program that took its id earlier and committed later
        await save(store, {
          events: [buildEvent({ id: '01K2' }), buildEvent({ id: '01K3', stack: 'other' })],
        })
        await save(store, { events: [buildEvent({ id: '01K1' })] }, '01J2')
        const ids = async (after: string | null, limit = 10) =>
          (await store.drift.eventsAfter(after, limit)).map(({ id }) => id)
        expect(await ids(null)).toEqual(['01K2', '01K3', '01K1'])
        expect(await ids(null, 2)).toEqual(['01K2', '01K3'])
        expect(await ids('01K3')).toEqual(['01K1'])
        expect(await ids('01K1')).toEqual([])
        // one that is not kept any more
        expect(await ids('01K25')).toEqual(['01K3', '01K1'])
        expect(await ids('01K9')).toEqual([])
        expect(await ids('01J')).toEqual(['01K2', '01K3', '01K1'])
        const own = await store.drift.eventsOf('prod/network', 10)
        expect(own.map(({ id }) => id)).toEqual(['01K1', '01K2'])
        expect(await store.drift.eventsOf('prod/network', 1)).toHaveLength(1)
      }),
    )
  })

  describe(`${name}: by hand`, () => {
    it(
      'changes one drift with its event, and counts anew',
      withStore(async (store) => {
        await save(store, { drifts: [buildDrift()] })
        const changed = await store.drift.changeDrift('prod/network', 'sha256:00', (drift) => ({
          drift: { ...drift, state: 'ignored' },
          event: buildEvent({ type: 'ignored' }),
        }))
        expect(changed?.drift.state).toBe('ignored')
        expect(await store.drift.drifts(['prod/network'])).toEqual([buildDrift({ state: 'ignored' })])
        expect(await store.drift.eventsAfter(null, 10)).toEqual([buildEvent({ type: 'ignored' })])
        expect((await store.stackSummaries(['prod/network']))[0]?.openDrift.medium).toBe(0)
      }),
    )

    it(
      'does nothing to a drift that is not there, or that is to be left alone',
      withStore(async (store) => {
        await save(store, { drifts: [buildDrift()] })
        const never = () => {
          throw new Error('asked')
        }
        expect(await store.drift.changeDrift('prod/network', 'sha256:99', never)).toBeNull()
        expect(await store.drift.changeDrift('prod/network', 'sha256:00', () => null)).toBeNull()
        expect(await store.drift.drifts(['prod/network'])).toEqual([buildDrift()])
      }),
    )
  })

  describe(`${name}: history`, () => {
    it(
      'lists the scans of a stack, newest first, the failed ones too',
      withStore(async (store) => {
        const first = buildScan({ id: '01J1' })
        await store.saveScan({ scan: first, nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J2'), nextBaseline: null })
        await store.saveScan({ scan: buildScan({ id: '01J3', stack: 'other' }), nextBaseline: null })
        const { records: _, warnings: __, phases: ___, ...past } = first
        const scans = await store.drift.pastScans('prod/network', 10)
        expect(scans.map(({ id }) => id)).toEqual(['01J2', '01J1'])
        expect(scans[0]?.error?.code).toBe('BACKEND_UNREACHABLE')
        expect(scans[1]).toEqual(past)
        expect(await store.drift.pastScans('prod/network', 1)).toHaveLength(1)
      }),
    )
  })

  describe(`${name}: ignore rules`, () => {
    it(
      'replaces those of one repository, and keeps the hits of those that stay',
      withStore(async (store) => {
        await store.drift.saveIgnoreRules('infra', [rule('b'), rule('a'), rule('b')], EARLIER)
        await store.drift.saveIgnoreRules('hosts', [rule('b')], EARLIER)
        await store.saveScan({ scan: buildScan(), nextBaseline: null, ruleHits: { b: 3, unknown: 1 } })
        await store.drift.saveIgnoreRules('infra', [rule('c'), rule('b')], LATER)
        const known = { repository: 'infra', hits: 0, lastHitAt: null }
        expect(await store.drift.ignoreRules(['infra'])).toEqual([
          { ...rule('c'), ...known, since: LATER },
          { ...rule('b'), ...known, since: EARLIER, hits: 3, lastHitAt: EARLIER },
        ])
        const all = await store.drift.ignoreRules(['infra', 'hosts'])
        expect(all.map(({ repository, key, hits }) => [repository, key, hits])).toEqual([
          ['hosts', 'b', 0],
          ['infra', 'c', 0],
          ['infra', 'b', 3],
        ])
        expect(await store.drift.ignoreRules([])).toEqual([])
      }),
    )
  })
}

const SCAN = '01J00000000000000000000000'

async function save(
  store: Store,
  changes: Parameters<typeof buildChanges>[0],
  id: string = SCAN,
): Promise<void> {
  await store.saveScan({
    scan: buildScan({ id, status: 'drifted' }),
    nextBaseline: null,
    follow: () => buildChanges(changes),
  })
}

function rule(key: string): IgnoreRuleEntry {
  return { key, match: `address ${key}`, reason: 'on purpose', owner: 'platform', until: '2027-03-31' }
}

function fullDrift(): Drift {
  return buildDrift({
    fingerprint: 'sha256:01',
    state: 'resolved',
    lastAbsentAt: EARLIER,
    code: 'hmac:00',
    resolvedAt: LATER,
    resolution: 'adopted',
    reopenedAt: [EARLIER, LATER],
    isFlapping: true,
    isQuarantined: true,
    acknowledgement: { by: 'alice', reason: 'known', at: EARLIER, contentHash: 'hmac:00' },
    rule: { reason: 'on purpose', owner: 'platform', until: '2027-03-31' },
    record: buildRecord({
      ignored: { reason: 'on purpose', owner: 'platform', until: '2027-03-31' },
      source: null,
      host: 'db1',
    }),
  })
}

function fullEvent(): DriftEvent {
  return buildEvent({
    type: 'resolved',
    by: 'alice',
    resolution: 'remediated',
    since: EARLIER,
    detail: 'by request 01J',
  })
}
