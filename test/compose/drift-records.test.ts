import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  acknowledgeRecord,
  findOneRecord,
  findStackOrRecords,
  readHistory,
} from '../../src/compose/drift-records.js'
import type { Drift } from '../../src/domain/drift.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { buildChanges, buildDrift, buildEvent } from '../helpers/build-drift.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { tempFolder } from '../lib/temp-folder.js'

let store: OpenedStore
beforeEach(async () => {
  store = await openStore(`sqlite:${tempFolder()}/driftd.db`)
})
afterEach(() => store.close())

const record = buildRecord({ id: 'abcaaaaaaaaa' })
const gone = buildDrift({
  record: buildRecord({ id: 'abdaaaaaaaaa', fingerprint: 'sha256:01', address: 'aws_vpc.gone' }),
  state: 'resolved',
  resolvedAt: '2026-11-21T10:17:00.000Z',
  resolution: 'vanished',
})

async function scan(
  drifts: readonly Drift[],
  overrides: Parameters<typeof buildScan>[0] = {},
): Promise<void> {
  await store.saveScan({
    scan: buildScan({ status: 'drifted', records: [record], ...overrides }),
    nextBaseline: null,
    follow: () => buildChanges({ drifts }),
  })
}

const wish = { idPrefix: 'abc', reason: 'known', by: 'alice' }

describe('findStackOrRecords', () => {
  it('gives a stack with the drift that is not resolved', async () => {
    await scan([buildDrift({ record }), gone])
    const found = await findStackOrRecords(store, 'prod/network', [])
    expect(found).toMatchObject({
      type: 'stack',
      scan: { id: buildScan().id },
      drifts: [{ id: 'abcaaaaaaaaa' }],
    })
    expect(found.drifts).toHaveLength(1)
  })

  it('gives records with what is known of them, also those that no scan sees any more', async () => {
    await scan([buildDrift({ record }), gone])
    const found = await findStackOrRecords(store, 'ab', [])
    expect(found).toMatchObject({
      type: 'records',
      records: [{ record: { id: 'abcaaaaaaaaa' } }, { record: { address: 'aws_vpc.gone' } }],
      drifts: [{ state: 'open' }, { state: 'resolved' }],
    })
  })

  it('says what to do where there is neither', async () => {
    const known = ['prod/network']
    await expect(findStackOrRecords(store, 'nothing', known)).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
      message: expect.stringContaining('`driftd status` lists the stacks'),
    })
    await expect(findStackOrRecords(store, 'prod/netwrok', known)).rejects.toMatchObject({
      message: expect.stringMatching(/; did you mean prod\/network\?$/),
    })
  })
})

describe('acknowledgeRecord', () => {
  it('acknowledges, with who and why, and tells the history', async () => {
    await scan([buildDrift({ record })])
    const drift = await acknowledgeRecord(store, wish)
    expect(drift).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'alice', reason: 'known' } })
    expect(await store.drift.drifts(['prod/network'])).toEqual([drift])
    const [event] = await store.drift.eventsOf('prod/network', 1)
    expect(event).toMatchObject({ type: 'acknowledged', by: 'alice', detail: 'known', scan: null })
  })

  it('takes whoever runs driftd where nobody is named', async () => {
    await scan([buildDrift({ record })])
    const drift = await acknowledgeRecord(store, { ...wish, by: null })
    expect(drift.acknowledgement?.by).toMatch(/./)
  })

  it('wants one record', async () => {
    await scan([buildDrift({ record }), gone])
    await expect(acknowledgeRecord(store, { ...wish, idPrefix: 'ab' })).rejects.toMatchObject({
      code: 'RECORD_AMBIGUOUS',
      message: expect.stringContaining('abcaaaaaaaaa in prod/network, abdaaaaaaaaa in prod/network'),
    })
    await expect(acknowledgeRecord(store, { ...wish, idPrefix: 'zz' })).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
    })
  })

  it.each([
    ['abd', 'was resolved at 2026-11-21T10:17:00.000Z'],
    ['abc', 'is ignored by a rule of platform'],
  ])('refuses %s, since it %s', async (idPrefix, why) => {
    const rule = { reason: 'on purpose', owner: 'platform', until: '2027-03-31' }
    await scan([buildDrift({ record, state: 'ignored', rule }), gone])
    await expect(acknowledgeRecord(store, { ...wish, idPrefix })).rejects.toMatchObject({
      code: 'DRIFT_NOT_OPEN',
      message: expect.stringContaining(why),
    })
    expect(await store.drift.eventsOf('prod/network', 1)).toEqual([])
  })
})

describe('findOneRecord', () => {
  it('gives a record with its scan, or wants more of its id', async () => {
    await scan([buildDrift({ record }), gone])
    expect(await findOneRecord(store, 'abc')).toMatchObject({
      record: { id: 'abcaaaaaaaaa' },
      scan: { stack: 'prod/network' },
    })
    expect(await findOneRecord(store, 'abd')).toMatchObject({ record: { address: 'aws_vpc.gone' } })
    await expect(findOneRecord(store, 'ab')).rejects.toMatchObject({ code: 'RECORD_AMBIGUOUS' })
  })
})

const wishFor = (stack: string, scanCount: number) => ({ stack, scanCount, configured: ['prod/network'] })

describe('readHistory', () => {
  it('has the newest scans, and what happened since the oldest of them', async () => {
    for (const day of [20, 21, 22]) {
      const at = `2026-11-${day}T10:17:00.000Z`
      await store.saveScan({
        scan: buildScan({ id: `01J${day}`, startedAt: at }),
        nextBaseline: null,
        follow: () => buildChanges({ events: [buildEvent({ id: `01K${day}`, at })] }),
      })
    }
    const ids = (history: {
      readonly scans: readonly { readonly id: string }[]
      readonly events: readonly { readonly id: string }[]
    }) => [history.scans.map(({ id }) => id), history.events.map(({ id }) => id)]
    expect(ids(await readHistory(store, wishFor('prod/network', 2)))).toEqual([
      ['01J22', '01J21'],
      ['01K22', '01K21'],
    ])
    expect(ids(await readHistory(store, wishFor('prod/network', 9)))).toEqual([
      ['01J22', '01J21', '01J20'],
      ['01K22', '01K21', '01K20'],
    ])
  })

  it('does not know a stack that was never scanned', async () => {
    await expect(readHistory(store, wishFor('prod/nothing', 9))).rejects.toMatchObject({
      code: 'STACK_UNKNOWN',
    })
    await expect(readHistory(store, wishFor('prod/netwrok', 9))).rejects.toMatchObject({
      message: 'no scan of a stack "prod/netwrok" is stored: did you mean prod/network?',
    })
  })
})
