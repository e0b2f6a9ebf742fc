import { describe, expect, it } from 'vitest'
import { findBrokenRow } from '../../src/lib/audit-chain.js'
import type { Ledger } from '../../src/remediate/ledger.js'
import {
  at,
  begun,
  buildClaim,
  buildJournal,
  buildNewRequest,
  buildReceipt,
  claimed,
  deedAt,
  processOf,
} from './ledger-requests.js'

/** One store, opened by several processes or connections. */
export interface SharedLedger {
  open(): Promise<Ledger>
  close(): Promise<void>
}

/** What every ledger must do. `makeEmpty` gives a new, empty one, which the suite closes. */
export function describeLedger(name: string, makeEmpty: () => Promise<SharedLedger>): void {
  const withLedgers = (run: (ledger: Ledger, other: Ledger) => Promise<void>) => async () => {
    const shared = await makeEmpty()
    try {
      await run(await shared.open(), await shared.open())
    } finally {
      await shared.close()
    }
  }
  const test = (title: string, run: (ledger: Ledger, other: Ledger) => Promise<void>) =>
    it(title, withLedgers(run))

  describe(`${name}: requests`, () => {
    test('keeps a request as it was proposed, byte for byte', async (ledger, other) => {
      const request = buildNewRequest('01A')
      await ledger.propose(request, deedAt(0))
      const pullRequest = { id: '7', url: null, pushedCommit: 'aa' }
      await ledger.savePullRequest('01A', pullRequest, deedAt(1))
      expect(await other.request('01A')).toEqual({
        ...request,
        epoch: 1,
        state: 'proposed',
        stateAt: at(0),
        pullRequest,
        detail: null,
        journal: null,
        receipt: null,
      })
      expect(await ledger.request('01B')).toBeNull()
    })

    test('takes no id and no nonce twice', async (ledger) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      for (const again of [
        buildNewRequest('01A', { nonce: 'x' }),
        buildNewRequest('01B', { nonce: 'nonce-01A' }),
      ])
        await expect(ledger.propose(again, deedAt(1))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    })

    test('lists those of a stack newest first, and open ones oldest first', async (ledger) => {
      for (const id of ['01A', '01B', '01C']) await ledger.propose(buildNewRequest(id), deedAt(0))
      await ledger.propose(buildNewRequest('01D', { stack: 'prod/web' }), deedAt(0))
      await ledger.settle('01B', { state: 'expired', detail: 'too old', deed: deedAt(9) })
      expect((await ledger.requestsOf('prod/network', 2)).map(({ id }) => id)).toEqual(['01C', '01B'])
      expect((await ledger.openRequests()).map(({ id }) => id)).toEqual(['01A', '01C', '01D'])
    })

    test('lists what was carried out and not verified', async (ledger, other) => {
      const message = 'said "verification":null'
      for (const id of ['01A', '01B', '01C']) {
        await ledger.finish(await begun(ledger, id), buildReceipt(id, { message }), deedAt(4))
      }
      expect((await other.unverifiedRequests()).map(({ id }) => id)).toEqual(['01A', '01B', '01C'])
      await ledger.saveVerification(buildReceipt('01B', { message, verification: 'failed' }), deedAt(5))
      expect((await other.unverifiedRequests()).map(({ id }) => id)).toEqual(['01A', '01C'])
    })

    test('settles a proposed request once', async (ledger) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      const detail = [{ name: 'approved', status: 'failed' }]
      expect(await ledger.settle('01A', { state: 'refused', detail, deed: deedAt(5) })).toBe(true)
      expect(await ledger.settle('01A', { state: 'closed', detail: null, deed: deedAt(6) })).toBe(false)
      expect(await ledger.request('01A')).toMatchObject({ state: 'refused', stateAt: at(5), detail })
    })
  })

  describe(`${name}: claims`, () => {
    test('lets one of many be at a request', async (ledger, other) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      const outcomes = await Promise.all(
        [ledger, other, ledger, other].map((one, pid) =>
          one.claim(buildClaim('01A', { owner: processOf(pid) })),
        ),
      )
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['claimed', 'gone', 'gone', 'gone'])
    })

    test('lets one request be at a stack', async (ledger) => {
      for (const id of ['01A', '01B']) await ledger.propose(buildNewRequest(id), deedAt(0))
      const claim = await claimed(ledger, '01A')
      expect(await ledger.claim(buildClaim('01B'))).toMatchObject({ status: 'busy' })
      await ledger.release(claim, null, deedAt(3))
      expect(await ledger.claim(buildClaim('01B'))).toMatchObject({ status: 'claimed' })
    })

    test('claims nothing that is unknown, settled or frozen', async (ledger) => {
      expect(await ledger.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      await ledger.saveFreeze({ reason: 'incident', by: 'ann', at: at(1) })
      expect(await ledger.claim(buildClaim('01A'))).toEqual({ status: 'frozen', reason: 'incident' })
      await ledger.lift(deedAt(2))
      await ledger.settle('01A', { state: 'closed', detail: null, deed: deedAt(3) })
      expect(await ledger.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
    })

    test('gives a claim back, or refuses the request', async (ledger) => {
      for (const id of ['01A', '01B']) await ledger.propose(buildNewRequest(id), deedAt(0))
      expect(await ledger.release(await claimed(ledger, '01A'), null, deedAt(2))).toBe(true)
      expect(await ledger.request('01A')).toMatchObject({ state: 'proposed' })
      expect(await ledger.release(await claimed(ledger, '01B'), ['no'], deedAt(2))).toBe(true)
      expect(await ledger.request('01B')).toMatchObject({ state: 'refused', detail: ['no'] })
      expect(await ledger.leases()).toEqual([])
    })

    test('carries out once: journal, engine, receipt, verification', async (ledger, other) => {
      const claim = await begun(ledger, '01A')
      expect(await ledger.begin(claim, buildJournal())).toBe(false)
      expect(await ledger.release(claim, null, deedAt(3))).toBe(false)
      expect(await ledger.noteEngine(claim, processOf(9))).toBe(true)
      expect(await other.leases()).toEqual([
        { ...claim, owner: processOf(1), until: at(2), engine: processOf(9) },
      ])
      const receipt = buildReceipt('01A')
      expect(await ledger.finish(claim, receipt, deedAt(4))).toBe(true)
      expect(await ledger.finish(claim, receipt, deedAt(4))).toBe(false)
      const verified = { ...receipt, verification: 'converged' as const, scan: '01S' }
      await ledger.saveVerification(verified, deedAt(5))
      expect(await other.request('01A')).toMatchObject({ state: 'applied', receipt: verified })
      expect(await other.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
    })

    test('begins nothing once the kill switch is on', async (ledger, other) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      const claim = await claimed(ledger, '01A')
      await other.saveFreeze({ reason: 'incident', by: 'ann', at: at(1) })
      expect(await ledger.begin(claim, buildJournal())).toBe(false)
      expect(await ledger.request('01A')).toMatchObject({ state: 'claimed', journal: null })
    })

    test('refuses what a process does whose claim was taken over', async (ledger, other) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      const old = await claimed(ledger, '01A')
      const [lease] = await other.leases()
      if (lease === undefined) throw new Error('there is no lease')
      expect(await other.takeOver(lease, null, deedAt(9))).toBe(true)
      expect(await other.takeOver(lease, null, deedAt(9))).toBe(false)
      const claim = await claimed(other, '01A')
      expect(claim.fencingToken).toBeGreaterThan(old.fencingToken)
      expect(await ledger.heartbeat(old, at(99))).toBe(false)
      expect(await ledger.begin(old, buildJournal())).toBe(false)
      expect(await other.begin(claim, buildJournal())).toBe(true)
      expect(await ledger.noteEngine(old, processOf(8))).toBe(false)
      expect(await ledger.finish(old, buildReceipt('01A'), deedAt(9))).toBe(false)
      expect(await other.heartbeat(claim, at(99))).toBe(true)
    })

    test('makes unknown what a dead process was carrying out, for good', async (ledger, other) => {
      const claim = await begun(ledger, '01A')
      const [lease] = await other.leases()
      if (lease === undefined) throw new Error('there is no lease')
      expect(await other.takeOver(lease, null, deedAt(9))).toBe(false)
      const receipt = buildReceipt('01A', { status: 'unknown', message: 'interrupted' })
      expect(await other.takeOver(lease, receipt, deedAt(9))).toBe(true)
      expect(await ledger.finish(claim, buildReceipt('01A'), deedAt(10))).toBe(false)
      expect(await ledger.request('01A')).toMatchObject({ state: 'unknown', receipt })
      expect(await ledger.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
    })
  })

  describe(`${name}: switch and audit log`, () => {
    test('keeps the kill switch until it is lifted', async (ledger, other) => {
      expect(await ledger.freeze()).toBeNull()
      const freeze = { reason: 'incident', by: 'ann', at: at(1) }
      await ledger.saveFreeze(freeze)
      expect(await other.freeze()).toEqual(freeze)
      expect([await other.lift(deedAt(2)), await other.lift(deedAt(3))]).toEqual([true, false])
      expect(await ledger.freeze()).toBeNull()
    })

    test('writes a row for everything, each following the one before', async (ledger, other) => {
      const claim = await begun(ledger, '01A')
      await ledger.finish(claim, buildReceipt('01A'), deedAt(4))
      await ledger.note('rewritten', { repository: 'infra' }, deedAt(5))
      const rows = await other.auditAfter(0, 100)
      expect(rows.map(({ type }) => type)).toEqual([
        'proposed',
        'claimed',
        'applying',
        'applied',
        'rewritten',
      ])
      expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5])
      expect(findBrokenRow(rows, null)).toBeNull()
      expect(await ledger.lastAudit()).toEqual(rows.at(-1))
      expect(await ledger.auditRow(2)).toEqual(rows[1])
      expect(await ledger.auditAfter(3, 1)).toEqual(rows.slice(3, 4))
    })

    test('leaves no gap where several write at once', async (ledger, other) => {
      const ids = Array.from({ length: 12 }, (_, index) => `01${index}`)
      await Promise.all(
        ids.map((id, index) => (index % 2 ? ledger : other).propose(buildNewRequest(id), deedAt(index))),
      )
      const rows = await ledger.auditAfter(0, 100)
      expect(rows).toHaveLength(12)
      expect(findBrokenRow(rows, null)).toBeNull()
    })

    test('voids every earlier request with a new epoch', async (ledger) => {
      await ledger.propose(buildNewRequest('01A'), deedAt(0))
      await begun(ledger, '01B')
      await ledger.beginEpoch('restored from a backup', deedAt(9))
      expect(await ledger.epoch()).toBe(2)
      expect(await ledger.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
      expect(await ledger.request('01A')).toMatchObject({ state: 'closed' })
      expect(await ledger.request('01B')).toMatchObject({ state: 'unknown' })
      await ledger.propose(buildNewRequest('01C'), deedAt(10))
      expect(await ledger.claim(buildClaim('01C'))).toMatchObject({ status: 'claimed' })
    })

    test('belongs to one signing key', async (ledger, other) => {
      expect(await ledger.signingKeyId()).toBeNull()
      await ledger.saveSigningKeyId('aaaa')
      await other.saveSigningKeyId('aaaa')
      await expect(other.saveSigningKeyId('bbbb')).rejects.toMatchObject({ code: 'KEY_MISSING' })
      expect(await ledger.signingKeyId()).toBe('aaaa')
    })
  })
}
