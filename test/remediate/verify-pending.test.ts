import { beforeEach, describe, expect, it } from 'vitest'
import type { Scan } from '../../src/domain/scan.js'
import { buildProposal } from '../helpers/build-gate.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { createRemediationWorld, type RemediationWorld } from '../helpers/remediation-world.js'

const FAILED: Partial<Scan> = {
  status: 'failed',
  error: { code: 'TIMEOUT', phase: 'plan', message: 'too slow', retryable: true },
}
let world: RemediationWorld

beforeEach(async () => {
  world = await createRemediationWorld()
  await world.proposeAndMerge()
  world.deeds.length = 0
})

/** As a daemon does that is told to stop while it makes the scan. */
function stopDuringScan(): void {
  const { stopping, deeds } = world
  world.target = {
    async scan() {
      deeds.push('scan that is stopped')
      stopping.abort(new Error('stopped'))
      return buildScan(FAILED)
    },
  }
}

/** The same driftd, started again. */
function startAgain(): void {
  world.stopping = new AbortController()
  world.target = {}
  world.deeds.length = 0
}

async function receipt() {
  const [request] = await world.store.ledger.requestsOf('prod/network', 1)
  return request?.receipt
}

const applies = (): number => world.deeds.filter((deed) => deed === 'apply').length

describe('a scan that was to verify what was carried out', () => {
  it('is made again where it was stopped: the scan alone', async () => {
    stopDuringScan()
    expect(await world.advance()).toMatchObject({
      status: 'not-converged',
      message: expect.stringContaining('was stopped before a scan could verify it'),
    })
    expect(await receipt()).toMatchObject({ status: 'applied', verification: null, scan: null })
    expect(world.deeds).toEqual(['plan revert', 'apply', 'scan that is stopped'])
    expect((await world.store.alerts.openNotices(10)).at(-1)?.id).toMatch(/:applied$/)

    startAgain()
    expect(await world.advance()).toMatchObject({
      status: 'applied',
      receipt: { verification: 'converged' },
      nextSteps: [],
    })
    expect(world.deeds).toEqual(['scan what was carried out', 'comment **Carried out.**'])
    expect(await world.store.ledger.unverifiedRequests()).toEqual([])
    world.proposal = buildProposal({ changes: [] })
    expect(await world.advance()).toMatchObject({ status: 'in-sync' })
  })

  it('is not even begun by a driftd that stops', async () => {
    const { stopping } = world
    const { apply } = world
    world.apply = async (onEngine, signal) => {
      const outcome = await apply(onEngine, signal)
      stopping.abort(new Error('stopped'))
      return outcome
    }
    await world.advance()
    expect(world.deeds).toEqual(['plan revert', 'apply'])
    expect(await world.store.ledger.unverifiedRequests()).toHaveLength(1)
  })

  it('is made again by hand where it had no verdict', async () => {
    world.scan = FAILED
    expect(await world.advance()).toMatchObject({
      status: 'not-converged',
      receipt: { verification: 'failed' },
    })
    world.scan = { status: 'in-sync' }
    world.proposal = buildProposal({ changes: [] })
    await world.advance({ mayPlan: false })
    expect(await receipt()).toMatchObject({ verification: 'failed' })
    expect(await world.advance()).toMatchObject({ status: 'applied' })
    expect(await receipt()).toMatchObject({ verification: 'converged' })
    expect(applies()).toBe(1)
  })

  it('stands in the way of nothing where it has no verdict once more', async () => {
    world.scan = FAILED
    await world.advance()
    expect(await world.advance()).toMatchObject({ status: 'proposed' })
    expect(applies()).toBe(1)
  })

  it('says of an interrupted apply what is left of it', async () => {
    const { apply } = world
    world.apply = async (onEngine, signal) => ({
      ...(await apply(onEngine, signal)),
      status: 'unknown',
      message: 'killed',
    })
    stopDuringScan()
    await world.advance()
    startAgain()
    world.scan = { status: 'drifted', records: [buildRecord({ address: 'aws_vpc.main' })] }
    expect(await world.advance()).toMatchObject({
      status: 'unknown',
      message: expect.stringMatching(
        /never tried again by itself: killed; a new scan still finds some of it$/,
      ),
    })
    expect(applies()).toBe(0)
  })
})

describe('an apply whose end could not be written down', () => {
  it('is unknown once its lease has run out, and never tried again', async () => {
    const { ledger } = world.store
    const failing = { ...ledger, finish: () => Promise.reject(new Error('the store is down')) }
    const working = world.tools
    world.tools = { ...working, ledger: failing }
    await expect(world.advance()).rejects.toThrow('the store is down')
    world.tools = working
    expect(await world.advance()).toMatchObject({ status: 'waiting' })
    world.nowMs += 2 * 60_000
    expect(await world.advance()).toMatchObject({ status: 'unknown', receipt: { verification: 'converged' } })
    expect(applies()).toBe(1)
  })
})
