import { describe, expect, it } from 'vitest'
import type { PullRequest } from '../../src/domain/request.js'
import type { ForgeProposal } from '../../src/forge/forge.js'
import { countApprovals } from '../../src/remediate/check-approvals.js'
import { blobId } from '../helpers/build-gate.js'
import type { ForgeWorld, MergeMethod } from './forge-world.js'
import { type MergedProposal, mergeRequest, onlyPull } from './merged-request.js'

const { signal } = new AbortController()

/** What every forge must do. */
export function describeForge(name: string, makeWorld: () => Promise<ForgeWorld>): void {
  const test = (title: string, run: (world: ForgeWorld) => Promise<void>) =>
    it(title, async () => run(await makeWorld()))

  describe(`${name}: proposing`, () => {
    test('opens one pull request, however often it is asked', async (world) => {
      const proposal = world.buildProposal()
      const first = await world.forge.propose(proposal, signal)
      expect(await world.forge.propose(proposal, signal)).toEqual(first)
      expect(first.pushedCommit).toMatch(/^[0-9a-f]{40}$/)
      expect(await stateOf(world, proposal, first)).toEqual({
        state: 'open',
        headCommit: first.pushedCommit,
        approvals: [],
      })
    })

    test('tells who has approved so far', async (world) => {
      const proposal = world.buildProposal()
      const pullRequest = await world.forge.propose(proposal, signal)
      await world.approve(proposal, world.approvers[0])
      const { state, approvals } = await stateOf(world, proposal, pullRequest)
      expect(state).toBe('open')
      expect(approvals).toMatchObject([{ name: world.approvers[0], verdict: 'approved', problem: null }])
    })

    test('is closed by driftd, or by people, and stays so', async (world) => {
      const [one, other] = [world.buildProposal(), world.buildProposal()]
      const pullRequest = await world.forge.propose(one, signal)
      await world.forge.close(pullRequest, 'superseded', signal)
      await world.forge.close(pullRequest, 'superseded', signal)
      expect((await stateOf(world, one, pullRequest)).state).toBe('closed')
      const second = await world.forge.propose(other, signal)
      await world.closeUnmerged(other)
      expect((await stateOf(world, other, second)).state).toBe('closed')
    })

    test('says how to approve, with the names in it', async (world) => {
      const proposal = world.buildProposal()
      expect(world.forge.approvalSteps(proposal).join('\n')).toContain(proposal.branch)
    })

    test('is FORGE_FAILED or REPOSITORY_UNREACHABLE where nobody answers', async (world) => {
      const proposal = world.buildProposal()
      const pullRequest = await world.forge.propose(proposal, signal)
      await world.goAway()
      const code = expect.stringMatching(/^(FORGE_FAILED|REPOSITORY_UNREACHABLE)$/)
      await expect(stateOf(world, proposal, pullRequest)).rejects.toMatchObject({ code })
      await expect(world.forge.close(pullRequest, 'x', signal)).rejects.toMatchObject({ code })
    })
  })

  describe(`${name}: evidence`, () => {
    test('opens the gate however it was merged', async (world) => {
      for (const method of world.methods) {
        const { pulls, refusals, proposal } = await mergeApproved(world, () => undefined, method)
        expect({ method, refusals }).toEqual({ method, refusals: [] })
        expect(pulls).toMatchObject([{ isMerged: true, isFromFork: false, veto: null }])
        expect(pulls).toMatchObject([{ blobAtHead: blobId(proposal.content) }])
      }
    })

    test('tells of files that came along', async (world) => {
      const found = await mergeApproved(world, (of) => world.pushToBranch(of, { 'live/main.tf': 'changed' }))
      expect(onlyPull(found).files.map(({ path }) => path)).toContain('live/main.tf')
      expect(found.refusals).toContain('nothing-else-merged')
    })

    test('bears an update of the branch from its base', async (world) => {
      const { refusals } = await mergeApproved(world, (of) => world.updateFromBase(of))
      expect(refusals).toEqual([])
    })

    test('does not open the gate for a request that nobody approved', async (world) => {
      const { refusals } = await mergeRequest({ world, approvers: world.approvers, act: () => undefined })
      expect(refusals).toEqual(['approved'])
    })

    test('knows no pull request for a file that was pushed without one', async (world) => {
      const proposal = world.buildProposal()
      const pullRequest = await world.forge.propose(proposal, signal)
      const other = world.buildProposal()
      const tip = await world.commitToBase({ [other.path]: other.content })
      const { pullRequests } = await world.forge.evidence({ ...other, pullRequest, tip }, signal)
      const own = pullRequests.filter(
        (pull) => countApprovals(pull, 'nobody', world.approvers).counted.length > 0,
      )
      expect(own).toEqual([])
    })
  })
}

/** After both have approved what the branch has then. */
function mergeApproved(
  world: ForgeWorld,
  act: (proposal: ForgeProposal) => void | Promise<void>,
  method: MergeMethod = 'merge',
): Promise<MergedProposal> {
  const { approvers } = world
  const approve = async (proposal: ForgeProposal): Promise<void> => {
    await act(proposal)
    for (const person of approvers) await world.approve(proposal, person)
  }
  return mergeRequest({ world, approvers, act: approve, method })
}

function stateOf({ forge }: ForgeWorld, { path, branch }: ForgeProposal, pullRequest: PullRequest) {
  return forge.stateOf({ path, branch, pullRequest }, signal)
}
