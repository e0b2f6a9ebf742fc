import { beforeEach, describe, expect, it } from 'vitest'
import type { LedgerRequest } from '../../src/remediate/ledger.js'
import { buildApproval, buildPlannedChange, buildProposal, DIGEST, TIP } from '../helpers/build-gate.js'
import { buildRecord } from '../helpers/build-record.js'
import { createRemediationWorld, type RemediationWorld } from '../helpers/remediation-world.js'

const OTHER_DIGEST = `sha256:${'7'.repeat(64)}`
let world: RemediationWorld

beforeEach(async () => {
  world = await createRemediationWorld()
})

async function requests(): Promise<readonly LedgerRequest[]> {
  return (await world.store.ledger.requestsOf('prod/network', 10)).toReversed()
}

async function states(): Promise<readonly string[]> {
  return (await requests()).map(({ state }) => state)
}

describe('nothing to do', () => {
  it('says so after a scan that says so', async () => {
    world.proposal = buildProposal({ changes: [] })
    expect(await world.advance()).toMatchObject({
      status: 'in-sync',
      message: 'prod/network: no drift (in-sync, 50 of 50 verified)',
    })
    expect(world.deeds).toEqual(['plan revert', 'scan'])
  })

  it('is not in sync where drift is left that it would not undo', async () => {
    world.proposal = buildProposal({ changes: [] })
    world.scan = { status: 'drifted', records: [buildRecord()] }
    const outcome = await world.advance()
    expect(outcome).toMatchObject({
      status: 'drifted',
      message: expect.stringContaining('1 differences are open'),
    })
    expect(outcome.nextSteps.map(({ command }) => command)).toContain(
      'driftd remediate prod/network --action accept',
    )
  })

  it('is not in sync where the scan failed', async () => {
    world.proposal = buildProposal({ changes: [] })
    const error = { code: 'TIMEOUT', phase: 'plan', message: 'too slow', retryable: true } as const
    world.scan = { status: 'failed', error }
    expect(await world.advance()).toMatchObject({ status: 'failed' })
  })
})

describe('proposing', () => {
  it('writes down what it proposes before the forge is told, then waits', async () => {
    const outcome = await world.advance()
    expect(outcome).toMatchObject({ status: 'proposed', request: { url: 'https://forge.test/pulls/001' } })
    expect(world.deeds).toEqual(['plan revert', 'propose 001'])
    expect(await world.advance()).toMatchObject({
      status: 'waiting',
      message: expect.stringContaining('waits for 1 more of alice, bob; approved by nobody so far'),
    })
    expect(await states()).toEqual(['proposed'])
  })

  it('says who approved, who does not count, and that it waits for the merge', async () => {
    await world.advance()
    const approvals = [buildApproval(), buildApproval({ identity: '9', name: 'mallory' })]
    world.view = { ...world.view, approvals }
    const { message } = await world.advance()
    expect(message).toContain(
      'waits for its merge; approved by alice so far; not counted: mallory is not on the',
    )
  })

  it('never counts who asked among those that it waits for', async () => {
    await world.advance({ requester: 'alice' })
    world.view = { ...world.view, approvals: [buildApproval()] }
    const { message } = await world.advance()
    expect(message).toContain(
      'waits for 1 more of bob; approved by nobody so far; not counted: alice asked for it',
    )
  })

  it('goes on where a crash came before the forge was told', async () => {
    world.forge = { propose: async () => Promise.reject(new Error('killed')) }
    await expect(world.advance()).rejects.toThrow('killed')
    world.forge = {}
    expect(await world.advance()).toMatchObject({ status: 'proposed', request: { url: expect.any(String) } })
    expect(await states()).toEqual(['proposed'])
  })

  it('proposes anew, and closes the old one, where another plan would be carried out', async () => {
    await world.advance()
    world.proposal = buildProposal({ digest: OTHER_DIGEST })
    expect(await world.advance()).toMatchObject({ status: 'proposed', request: { planDigest: OTHER_DIGEST } })
    expect(await states()).toEqual(['superseded', 'proposed'])
    expect(world.deeds).toContain(
      'close 001: driftd closes this request: another plan would be carried out now.',
    )
  })

  it('closes it where the drift is gone', async () => {
    await world.advance()
    world.proposal = buildProposal({ digest: OTHER_DIGEST, changes: [] })
    expect(await world.advance()).toMatchObject({ status: 'in-sync' })
    expect(await states()).toEqual(['superseded'])
  })

  it('proposes anew where the code moved, or it expired', async () => {
    await world.advance()
    world.target = { readCode: async () => ({ inputs: `sha256:${'1'.repeat(64)}`, files: 3, trees: [] }) }
    await world.advance()
    world.nowMs += 24 * 3_600_000
    await world.advance()
    expect(await states()).toEqual(['superseded', 'expired', 'proposed'])
  })

  it('takes a closed pull request for a no to this plan, and to no other', async () => {
    await world.advance()
    world.view = { state: 'closed', headCommit: null, approvals: [] }
    const refused = { status: 'refused', checks: [{ name: 'not-declined' }] }
    expect(await world.advance()).toMatchObject(refused)
    expect(await world.advance()).toMatchObject(refused)
    expect(await states()).toEqual(['closed'])
    world.proposal = buildProposal({ digest: OTHER_DIGEST })
    expect(await world.advance()).toMatchObject({ status: 'proposed' })
  })

  it('asks again where that is wished', async () => {
    await world.advance()
    world.view = { state: 'closed', headCommit: null, approvals: [] }
    expect(await world.advance({ again: true })).toMatchObject({ status: 'proposed' })
    expect(await states()).toEqual(['closed', 'proposed'])
  })

  it('replaces an open request by one of another scope, action or right', async () => {
    await world.advance()
    await world.advance({ addresses: ['aws_vpc.main'] })
    expect(world.deeds).toContain('plan revert aws_vpc.main')
    await world.advance({ action: 'accept' })
    await world.advance({ action: 'accept', includePending: true })
    expect(await states()).toEqual(['superseded', 'superseded', 'superseded', 'proposed'])
    expect(await world.advance()).toMatchObject({ status: 'waiting' })
  })

  it('proposes nothing that a guard stops, and says what would let it', async () => {
    world.proposal = buildProposal({ destroys: 2 })
    expect(await world.advance()).toMatchObject({
      status: 'refused',
      checks: [{ name: 'within-limits', wayOut: expect.stringContaining('maxDestroy') }],
    })
    expect(await states()).toEqual([])
  })

  it('lets unapplied code in only where that is asked for', async () => {
    world.proposal = buildProposal({ changes: [buildPlannedChange({ cause: 'pending' })] })
    expect(await world.advance()).toMatchObject({ status: 'refused', checks: [{ name: 'no-pending-code' }] })
    expect(await world.advance({ includePending: true })).toMatchObject({ status: 'proposed' })
  })

  it('proposes nothing too long to be read', async () => {
    const changes = Array.from({ length: 400 }, (_, index) =>
      buildPlannedChange({ address: `aws_instance.${'x'.repeat(200)}[${index}]` }),
    )
    world.proposal = buildProposal({ changes })
    Object.assign(world.policy, { limits: { ...world.policy.limits, maxChanges: 1_000 } })
    await expect(world.advance()).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(await states()).toEqual([])
  })

  it('proposes nothing by itself', async () => {
    expect(await world.advance({ mayPropose: false })).toMatchObject({ status: 'waiting' })
    expect(world.deeds).toEqual([])
  })
})

describe('switched off', () => {
  it('refuses, and does nothing', async () => {
    Object.assign(world.policy, { isEnabled: false })
    expect(await world.advance()).toMatchObject({
      status: 'refused',
      checks: [{ name: 'remediation-enabled' }],
    })
    expect(world.deeds).toEqual([])
  })
})

describe('a rewritten history', () => {
  it('stops everything until somebody acknowledges it (T11)', async () => {
    const rewritten = { from: '9'.repeat(40), to: TIP, at: '2026-11-24T11:00:00.000Z' }
    world.target = { rewritten }
    const outcome = await world.advance()
    expect(outcome).toMatchObject({
      status: 'not-now',
      checks: [{ name: 'history-intact', status: 'failed' }],
    })
    expect(outcome.nextSteps[0]?.command).toBe('driftd unfreeze infra')
    world.target = {}
    await world.proposeAndMerge()
    world.target = { rewritten }
    expect(await world.advance()).toMatchObject({ status: 'not-now' })
    world.target = {}
    expect(await world.advance()).toMatchObject({ status: 'applied' })
  })
})

it('has one digest in its samples', () => {
  expect(buildProposal().digest).toBe(DIGEST)
})
