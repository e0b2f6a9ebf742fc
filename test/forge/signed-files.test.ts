import { appendFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeForge } from '../contracts/forge-contract.js'
import { createSignedFilesWorld } from '../helpers/signed-files-world.js'

const { signal } = new AbortController()

describeForge('signed-files', createSignedFilesWorld)

it('finds how a request came to the branch beside other commits', async () => {
  const world = await createSignedFilesWorld()
  const proposal = world.buildProposal()
  const pullRequest = await world.forge.propose(proposal, signal)
  await world.commitToBase({ 'live/main.tf': 'before' })
  await world.merge(proposal, 'merge')
  const tip = await world.commitToBase({ 'live/main.tf': 'after' })
  const { pullRequests } = await world.forge.evidence({ ...proposal, pullRequest, tip }, signal)
  expect(pullRequests.map(({ files }) => files)).toEqual([[{ path: proposal.path, status: 'added' }]])
})

describe('signatures on a branch', () => {
  it('are told one by one, also those that do not count', async () => {
    const world = await createSignedFilesWorld()
    const proposal = world.buildProposal()
    const pullRequest = await world.forge.propose(proposal, signal)
    await world.pushToBranch(proposal, {
      [`${proposal.path}.mallory.sig`]: 'hello',
      [`${proposal.path}.bob@acme.io.sig`]: `-----BEGIN SSH SIGNATURE-----\n${'A'.repeat(20_000)}`,
    })
    await world.approve(proposal, 'alice')
    const { approvals } = await world.forge.stateOf({ ...proposal, pullRequest }, signal)
    expect(approvals.map(({ name, problem }) => [name, problem])).toEqual([
      ['alice', null],
      ['bob@acme.io', 'has a signature file that is none'],
      ['mallory', 'has a signature file that is none'],
    ])
    expect(approvals[0]?.identity).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  })

  it('are judged by signers who can be judged by, and doctor says whom they lack', async () => {
    const world = await createSignedFilesWorld()
    expect(await (await world.createForge(['alice'])).examine(signal)).toMatchObject([{ state: 'ok' }])
    expect(await (await world.createForge(['alice', 'zoe', '@acme/x'])).examine(signal)).toMatchObject([
      { state: 'warning', detail: expect.stringContaining('zoe, @acme/x cannot approve') },
    ])
    appendFileSync(world.allowedSigners, '*@acme.io ssh-ed25519 AAAA\n')
    expect(await world.forge.examine(signal)).toMatchObject([{ state: 'problem' }])
    const proposal = world.buildProposal()
    const pullRequest = await world.forge.propose(proposal, signal)
    const refused = world.forge.stateOf({ ...proposal, pullRequest }, signal)
    await expect(refused).rejects.toMatchObject({ code: 'SIGNERS_UNUSABLE' })
  })
})
