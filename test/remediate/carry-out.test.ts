import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Receipt } from '../../src/domain/request.js'
import type { LedgerRequest } from '../../src/remediate/ledger.js'
import { buildReceipt } from '../contracts/ledger-requests.js'
import { buildProposal } from '../helpers/build-gate.js'
import { buildRecord } from '../helpers/build-record.js'
import { createRemediationWorld, type RemediationWorld } from '../helpers/remediation-world.js'

const OTHER_DIGEST = `sha256:${'7'.repeat(64)}`
let world: RemediationWorld

beforeEach(async () => {
  world = await createRemediationWorld()
  await world.proposeAndMerge()
  world.deeds.length = 0
})

async function newest(): Promise<LedgerRequest> {
  const [request] = await world.store.ledger.requestsOf('prod/network', 1)
  if (request === undefined) throw new Error('there is no request')
  return request
}

async function audited(): Promise<readonly string[]> {
  return (await world.store.ledger.auditAfter(0, 100)).map(({ type }) => type)
}

describe('an approved and merged request', () => {
  it('is carried out once: plan, apply, scan, receipt', async () => {
    const outcome = await world.advance()
    expect(outcome).toMatchObject({
      status: 'applied',
      receipt: { status: 'applied', verification: 'converged' },
    })
    expect(outcome.checks.every(({ status }) => status === 'passed')).toBe(true)
    expect(world.deeds).toEqual([
      'plan revert',
      'apply',
      'scan what was carried out',
      'comment **Carried out.**',
    ])
    expect(await newest()).toMatchObject({ state: 'applied', journal: { engine: { pid: 4711 } } })
    expect(await audited()).toEqual([
      'proposed',
      'pull-request',
      'claimed',
      'applying',
      'applied',
      'verified',
    ])
    world.proposal = buildProposal({ changes: [] })
    expect(await world.advance()).toMatchObject({ status: 'in-sync' })
    expect(world.deeds.filter((deed) => deed === 'apply')).toHaveLength(1)
  })

  it('writes the journal before anything can change', async () => {
    world.apply = async (onEngine) => {
      expect(await newest()).toMatchObject({ state: 'applying', journal: { engine: null } })
      await onEngine(4711)
      expect(await newest()).toMatchObject({ journal: { engine: { pid: 4711 } } })
      return { status: 'applied', changed: [], message: null }
    }
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })

  it('waits for a hand where the trigger is manual', async () => {
    expect(await world.advance({ mayCarryOut: false })).toMatchObject({
      status: 'waiting',
      message: expect.stringContaining('approved and merged'),
    })
    expect(await newest()).toMatchObject({ state: 'proposed' })
  })

  it('is carried out by one of several at once', async () => {
    const outcomes = await Promise.all([world.advance(), world.advance(), world.advance()])
    expect(world.deeds.filter((deed) => deed === 'apply')).toHaveLength(1)
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['applied', 'waiting', 'waiting'])
  })

  it('did not converge where a scan still finds what it was to correct', async () => {
    const record = buildRecord({ address: 'aws_vpc.main' })
    world.scan = { status: 'drifted', records: [record] }
    expect(await world.advance()).toMatchObject({
      status: 'not-converged',
      receipt: { verification: 'not-converged' },
    })
    const notices = await world.store.alerts.openNotices(10)
    expect(notices.map(({ id }) => id.split(':').at(-1))).toEqual(['proposed', 'applied', 'not-converged'])
  })

  it('converged where only other things differ', async () => {
    world.scan = { status: 'drifted', records: [buildRecord({ address: 'aws_eip.other' })] }
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })

  it('tells of what changed and nobody approved', async () => {
    world.apply = async (onEngine) => {
      await onEngine(1)
      const changed = [
        { address: 'aws_vpc.main', host: null, action: 'update' as const },
        { address: 'aws_eip.other', host: 'web1', action: 'update' as const },
      ]
      return { status: 'applied', changed, message: null }
    }
    expect(await world.advance()).toMatchObject({ receipt: { unexpected: ['aws_eip.other on web1'] } })
    const notices = await world.store.alerts.openNotices(10)
    expect(notices.at(-1)).toMatchObject({ severity: 'critical' })
  })

  it.each(['failed', 'unknown'] as const)(
    'is %s where the engine says so, and never tried again',
    async (status) => {
      world.apply = async () => ({ status, changed: [], message: 'exit 1' })
      expect(await world.advance()).toMatchObject({ status, message: expect.stringContaining('exit 1') })
      expect(await newest()).toMatchObject({ state: status, receipt: { status } as Receipt })
      expect((await world.store.alerts.openNotices(10)).at(-1)).toMatchObject({ severity: 'critical' })
      await world.advance()
      expect(world.deeds.filter((deed) => deed.startsWith('propose'))).toEqual(['propose 002'])
    },
  )

  it('is unknown where applying throws', async () => {
    world.apply = async () => Promise.reject(new Error('out of memory'))
    expect(await world.advance()).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('out of memory'),
    })
  })

  it('is stopped where another machine believed this process dead and took over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    world.apply = async (onEngine, signal) => {
      await onEngine(4711)
      const [lease] = await world.store.ledger.leases()
      if (lease === undefined) throw new Error('there is no lease')
      const receipt = buildReceipt(lease.requestId, { status: 'unknown' })
      await world.store.ledger.takeOver(lease, receipt, { by: 'there:2', at: '2026-11-24T12:05:00.000Z' })
      const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve))
      vi.advanceTimersByTime(15_000)
      await stopped
      return { status: 'unknown', changed: [], message: String(signal.reason.message) }
    }
    expect(await world.advance()).toMatchObject({ status: 'unknown' })
    expect(world.problems).toEqual([expect.stringContaining('another process declared request')])
  })

  it('keeps its receipt where the comment cannot be written', async () => {
    world.forge = { comment: async () => Promise.reject(new Error('HTTP 500')) }
    expect(await world.advance()).toMatchObject({ status: 'applied' })
    expect(world.problems).toEqual([expect.stringContaining('HTTP 500')])
  })
})

describe('a merged request that does not pass', () => {
  it('is refused for good: the same drift repeats it, until it is asked again', async () => {
    world.pull = { approvals: [] }
    const outcome = await world.advance()
    expect(outcome).toMatchObject({ status: 'refused', proposedInstead: null })
    expect(outcome.checks.find(({ status }) => status === 'failed')).toMatchObject({ name: 'approved' })
    expect(world.deeds).toContain('comment **Refused by the gate: nothing was changed.**')
    expect(world.deeds).not.toContain('apply')
    world.pull = {}
    expect(await world.advance()).toMatchObject({ status: 'refused', checks: [{ name: 'approved' }] })
    expect(await world.advance({ again: true })).toMatchObject({ status: 'proposed' })
    expect(await newest()).toMatchObject({ state: 'proposed' })
  })

  it('is refused where the drift changed after the approval, and the new one is proposed (T2)', async () => {
    world.proposal = buildProposal({ digest: OTHER_DIGEST })
    const outcome = await world.advance()
    expect(outcome).toMatchObject({ status: 'refused', proposedInstead: { planDigest: OTHER_DIGEST } })
    expect(outcome.checks.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([
      'plan-unchanged',
    ])
    expect(world.deeds).not.toContain('apply')
    expect(await audited()).toEqual([
      'proposed',
      'pull-request',
      'claimed',
      'refused',
      'proposed',
      'pull-request',
    ])
    expect(await world.store.ledger.leases()).toEqual([])
  })

  it('is proposed anew without being asked where it only expired (T10)', async () => {
    world.nowMs += 25 * 3_600_000
    expect(await world.advance()).toMatchObject({ status: 'refused', proposedInstead: { state: 'proposed' } })
    expect((await world.store.ledger.requestsOf('prod/network', 2)).map(({ state }) => state)).toEqual([
      'proposed',
      'expired',
    ])
  })

  it('may pass later where the forge does not answer, a window is open or the switch is on', async () => {
    world.forge = { evidence: async () => Promise.reject(new Error('HTTP 502')) }
    expect(await world.advance()).toMatchObject({
      status: 'not-now',
      message: expect.stringContaining('HTTP 502'),
    })
    world.forge = {}
    world.target = { openWindows: () => ['quarter end'] }
    expect(await world.advance()).toMatchObject({ status: 'not-now' })
    world.target = {}
    await world.store.ledger.saveFreeze({ reason: 'incident', by: 'ann', at: '2026-11-24T11:00:00.000Z' })
    expect(await world.advance()).toMatchObject({ status: 'not-now' })
    await world.store.ledger.lift({ by: 'ann', at: '2026-11-24T11:10:00.000Z' })
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })

  it('is stopped by a switch that comes on while it is planned', async () => {
    const { saveFreeze } = world.store.ledger
    world.target = {
      readCode: async () => {
        await saveFreeze({ reason: 'incident', by: 'ann', at: '2026-11-24T11:00:00.000Z' })
        return JSON.parse((await newest()).content).code
      },
    }
    expect(await world.advance()).toMatchObject({ status: 'not-now' })
    expect(await newest()).toMatchObject({ state: 'proposed' })
    expect(world.deeds).not.toContain('apply')
  })

  it('is given back untouched where planning fails', async () => {
    world.target = { plan: async () => Promise.reject(new Error('no credentials')) }
    await expect(world.advance()).rejects.toThrow('no credentials')
    expect(await newest()).toMatchObject({ state: 'proposed' })
    expect(await world.store.ledger.leases()).toEqual([])
    world.target = {}
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })
})

describe('what a dead process left', () => {
  const dead = { host: 'here', pid: 2, startedAs: 'boot ns 2' }
  const claim = async (owner = dead) => {
    const { id } = await newest()
    const times = { now: '2026-11-24T11:59:00.000Z', leaseUntil: '2026-11-24T12:01:00.000Z' }
    const outcome = await world.store.ledger.claim({ requestId: id, owner, ...times })
    if (outcome.status !== 'claimed') throw new Error(outcome.reason)
    return outcome.claim
  }
  const begin = async (owner = dead) => {
    const held = await claim(owner)
    const times = { begunAt: '2026-11-24T11:59:30.000Z', commit: 'c0ffee', planDigest: 'x', engine: null }
    await world.store.ledger.begin(held, { owner, ...times })
    return held
  }

  it('is carried out where it had not begun', async () => {
    await claim()
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })

  it('is unknown where it had: alerted, verified by a scan, never tried again (T15)', async () => {
    const held = await begin()
    await world.store.ledger.noteEngine(held, { host: 'here', pid: 1, startedAs: 'boot ns 1' })
    expect(await world.advance()).toMatchObject({ status: 'unknown', receipt: { verification: 'converged' } })
    expect(world.deeds).toEqual(['end engine 1', 'scan', expect.stringContaining('comment **Interrupted')])
    expect((await world.store.alerts.openNotices(10)).at(-1)).toMatchObject({ severity: 'critical' })
    expect(await world.advance()).toMatchObject({ status: 'proposed' })
    expect(world.deeds).not.toContain('apply')
  })

  it('is left alone while its process lives, or may live elsewhere', async () => {
    await begin({ host: 'here', pid: 1, startedAs: 'boot ns 1' })
    expect(await world.advance()).toMatchObject({
      status: 'waiting',
      message: expect.stringContaining('process 1'),
    })
    expect((await newest()).state).toBe('applying')
  })

  it('of another machine is believed dead once its lease has ended', async () => {
    await begin({ host: 'there', pid: 2, startedAs: 'boot ns 2' })
    expect(await world.advance()).toMatchObject({ status: 'waiting' })
    world.nowMs += 10 * 60_000
    expect(await world.advance()).toMatchObject({ status: 'unknown' })
  })
})
