import { describe, expect, it } from 'vitest'
import { DRIFT_STATES } from '../../src/domain/drift.js'
import type { Store } from '../../src/store/store.js'
import { buildChanges, buildDrift, buildKnownStack } from '../helpers/build-drift.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { driftedScan, EARLIER, failedScan, fullScan, LATER, recordIdOf } from './stored-scans.js'

/** What every store must do. `openEmpty` gives a new, empty store; the test that asked closes it. */
export function describeStore(name: string, openEmpty: () => Promise<Store>): void {
  const withStore = (run: (store: Store) => Promise<void>) => async (): Promise<void> => {
    const store = await openEmpty()
    try {
      await run(store)
    } finally {
      await store.close()
    }
  }

  describe(`${name}: scans`, () => {
    it(
      'gives back a scan with everything in it',
      withStore(async (store) => {
        const scan = fullScan()
        await store.saveScan({ scan, nextBaseline: null })
        expect(await store.stackStates([scan.stack])).toEqual([
          { stack: scan.stack, lastScan: scan, lastGoodScanAt: scan.startedAt },
        ])
      }),
    )

    it(
      'gives back a failed scan with its error',
      withStore(async (store) => {
        const scan = failedScan('01J1')
        await store.saveScan({ scan, nextBaseline: null })
        expect(await store.stackStates([scan.stack])).toEqual([
          { stack: scan.stack, lastScan: scan, lastGoodScanAt: null },
        ])
      }),
    )

    it(
      'answers in the order asked, also for stacks it never saw',
      withStore(async (store) => {
        for (const stack of ['a', 'b', 'c']) {
          await store.saveScan({ scan: buildScan({ id: `01J${stack}`, stack }), nextBaseline: null })
        }
        const states = await store.stackStates(['c', 'unknown', 'a'])
        expect(states.map((state) => [state.stack, state.lastScan?.id ?? null])).toEqual([
          ['c', '01Jc'],
          ['unknown', null],
          ['a', '01Ja'],
        ])
        expect(await store.stackStates([])).toEqual([])
        expect(await store.stackSummaries([])).toEqual([])
        const many = Array.from({ length: 600 }, (_, index) => `unknown-${index}`)
        const summaries = await store.stackSummaries(['c', ...many, 'a'])
        expect(summaries.map((summary) => summary?.stack ?? null)).toEqual([
          'c',
          ...many.map(() => null),
          'a',
        ])
      }),
    )

    it(
      'takes the scan saved last as the latest, although the clock was set back',
      withStore(async (store) => {
        await store.saveScan({ scan: buildScan({ id: '01J2', startedAt: LATER }), nextBaseline: null })
        await store.saveScan({ scan: buildScan({ id: '01J1', startedAt: EARLIER }), nextBaseline: null })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.id).toBe('01J1')
        expect(state?.lastGoodScanAt).toBe(EARLIER)
      }),
    )

    it(
      'remembers the last good scan beside a failed one',
      withStore(async (store) => {
        await store.saveScan({ scan: driftedScan('01J1'), nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J2'), nextBaseline: null })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.status).toBe('failed')
        expect(state?.lastGoodScanAt).toBe(EARLIER)
      }),
    )

    it(
      'keeps thousands of records in their order',
      withStore(async (store) => {
        const records = Array.from({ length: 2_345 }, (_, index) =>
          buildRecord({ id: recordIdOf(index), address: `aws_vpc.number[${index}]` }),
        )
        await store.saveScan({ scan: buildScan({ status: 'drifted', records }), nextBaseline: null })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.records).toEqual(records)
      }),
    )

    it(
      'keeps nothing of a scan that it cannot save whole',
      withStore(async (store) => {
        await store.saveScan({ scan: driftedScan('01J1'), nextBaseline: 'first' })
        const again = buildScan({ id: '01J1', status: 'in-sync' })
        await expect(store.saveScan({ scan: again, nextBaseline: 'second' })).rejects.toThrow()
        expect(await store.baseline('prod/network')).toBe('first')
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.status).toBe('drifted')
      }),
    )

    it(
      'keeps no value of a sensitive change',
      withStore(async (store) => {
        const secret = { path: ['password'], cause: 'outside' as const, sensitive: true }
        const record = buildRecord({ changes: [{ ...secret, declared: 'hunter2', actual: 'hunter3' }] })
        await store.saveScan({ scan: buildScan({ records: [record] }), nextBaseline: null })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.records[0]?.changes).toEqual([secret])
      }),
    )

    it(
      'bears texts of every kind',
      withStore(async (store) => {
        const address = `module.x["a'b\\"c;--"].\u202e名前\n\u0000`
        const changes = [
          {
            path: ['__proto__', 0, "'"],
            cause: 'outside' as const,
            declared: null,
            actual: '',
            sensitive: false,
          },
        ]
        const record = buildRecord({ address, changes, host: "db'1", detail: '\ud83d\ude00' })
        await store.saveScan({
          scan: buildScan({ status: 'drifted', records: [record] }),
          nextBaseline: null,
        })
        const [state] = await store.stackStates(['prod/network'])
        expect(state?.lastScan?.records).toEqual([record])
      }),
    )
  })

  describe(`${name}: baselines`, () => {
    it(
      'replaces a baseline only where there is a new one',
      withStore(async (store) => {
        expect(await store.baseline('prod/network')).toBeNull()
        await store.saveScan({ scan: buildScan({ id: '01J1' }), nextBaseline: '{"a":1}' })
        await store.saveScan({ scan: driftedScan('01J2'), nextBaseline: null })
        expect(await store.baseline('prod/network')).toBe('{"a":1}')
        await store.saveScan({ scan: buildScan({ id: '01J3' }), nextBaseline: '{"a":2}' })
        expect(await store.baseline('prod/network')).toBe('{"a":2}')
        expect(await store.baseline('prod/other')).toBeNull()
      }),
    )
  })

  describe(`${name}: summaries`, () => {
    it(
      'counts what is open or acknowledged by severity, and nothing else',
      withStore(async (store) => {
        const drifts = DRIFT_STATES.map((state, index) =>
          buildDrift({ state, fingerprint: `sha256:${index}`, record: buildRecord({ severity: 'high' }) }),
        )
        await store.saveScan({
          scan: buildScan({ status: 'drifted' }),
          nextBaseline: null,
          follow: () => buildChanges({ drifts }),
        })
        expect(await store.stackSummaries(['prod/network', 'unknown'])).toEqual([
          {
            stack: 'prod/network',
            provider: 'terraform',
            status: 'drifted',
            lastScanAt: EARLIER,
            commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
            coverage: { verified: 50, applicable: 50 },
            lastGoodScanAt: EARLIER,
            openDrift: { critical: 0, high: 2, medium: 0, low: 0, info: 0 },
          },
          null,
        ])
      }),
    )

    it(
      'keeps the open drift through a failed scan, and forgets it after a good one',
      withStore(async (store) => {
        const drift = buildDrift()
        await store.saveScan({
          scan: driftedScan('01J1'),
          nextBaseline: null,
          follow: () => buildChanges({ drifts: [drift] }),
        })
        await store.saveScan({ scan: failedScan('01J2'), nextBaseline: null })
        const [failed] = await store.stackSummaries(['prod/network'])
        expect(failed).toMatchObject({ status: 'failed', lastGoodScanAt: EARLIER, openDrift: { medium: 1 } })
        await store.saveScan({
          scan: buildScan({ id: '01J3' }),
          nextBaseline: null,
          follow: (previous) =>
            buildChanges({ drifts: previous.map((one) => ({ ...one, state: 'resolved' as const })) }),
        })
        const [good] = await store.stackSummaries(['prod/network'])
        expect(good).toMatchObject({ status: 'in-sync', openDrift: { medium: 0 } })
      }),
    )
  })

  describe(`${name}: records`, () => {
    it(
      'finds records by the beginning of their id, over all stacks',
      withStore(async (store) => {
        await store.saveScan({
          scan: driftedScan('01J1', { stack: 'a', records: [buildRecord({ id: 'abcaaaaaaaaa' })] }),
          nextBaseline: null,
        })
        await store.saveScan({
          scan: driftedScan('01J2', {
            stack: 'b',
            records: [buildRecord({ id: 'abczzzzzzzzz' }), buildRecord({ id: 'abdaaaaaaaaa' })],
          }),
          nextBaseline: null,
        })
        const found = await store.findRecords('abc')
        expect(found.map(({ record, scan }) => [record.id, scan.stack])).toEqual([
          ['abcaaaaaaaaa', 'a'],
          ['abczzzzzzzzz', 'b'],
        ])
        expect(found[1]?.scan.records).toHaveLength(2)
        expect(await store.findRecords('abd')).toHaveLength(1)
        expect(await store.findRecords('abe')).toEqual([])
      }),
    )

    it(
      'finds only what the last good scan saw',
      withStore(async (store) => {
        await store.saveScan({ scan: driftedScan('01J1'), nextBaseline: null })
        await store.saveScan({ scan: failedScan('01J2'), nextBaseline: null })
        expect(await store.findRecords('aaaa')).toHaveLength(1)
        await store.saveScan({ scan: buildScan({ id: '01J3' }), nextBaseline: null })
        expect(await store.findRecords('aaaa')).toEqual([])
      }),
    )

    it.each(['', '%', '_', "a' or 1=1", 'ABC', '{'])('finds nothing for %j', (prefix) =>
      withStore(async (store) => {
        await store.saveScan({ scan: driftedScan('01J1'), nextBaseline: null })
        expect(await store.findRecords(prefix)).toEqual([])
      })(),
    )
  })

  describe(`${name}: known stacks`, () => {
    it(
      'replaces those of one repository, and leaves those of others',
      withStore(async (store) => {
        const stack = (name: string) => buildKnownStack({ name, labels: { env: name } })
        const other = buildKnownStack({ name: 'c', repository: 'hosts' })
        await store.saveKnownStacks('infra', [stack('b'), stack('a')])
        await store.saveKnownStacks('hosts', [other])
        await store.saveKnownStacks('infra', [stack('d'), stack('b')])
        expect(await store.knownStacks(['infra', 'hosts'])).toEqual([stack('b'), other, stack('d')])
        expect(await store.knownStacks(['hosts', 'unknown'])).toEqual([other])
        await store.saveKnownStacks('infra', [])
        expect(await store.knownStacks(['infra'])).toEqual([])
        expect(await store.knownStacks([])).toEqual([])
      }),
    )
  })

  describe(`${name}: the id of the key`, () => {
    it(
      'keeps the first one and refuses another',
      withStore(async (store) => {
        expect(await store.keyId()).toBeNull()
        await store.saveKeyId('one')
        await store.saveKeyId('one')
        await expect(store.saveKeyId('two')).rejects.toMatchObject({ code: 'KEY_MISSING' })
        expect(await store.keyId()).toBe('one')
      }),
    )
  })
}
