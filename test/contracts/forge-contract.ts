import { describe, expect, it } from 'vitest'
import type { PullRequest } from '../../src/domain/request.js'
import type { Forge, ForgeProposal, MergedPullRequest } from '../../src/forge/forge.js'
import { countApprovals } from '../../src/remediate/check-approvals.js'
import { blobId } from '../helpers/build-gate.js'

/** How a pull request is merged. */
export type MergeMethod = 'merge' | 'squash' | 'rebase' | 'fast-forward'

/** A forge with a repository, people and a way to do what people do there. */
export interface ForgeWorld {
  readonly forge: Forge
  /** Ways to merge that this forge knows. */
  readonly methods: readonly MergeMethod[]
  /** Two people who may approve. */
  readonly approvers: readonly [string, string]
  /** A new proposal at the newest commit of the tracked branch. */
  buildProposal(): ForgeProposal
  approve(proposal: ForgeProposal, person: string): Promise<void>
  /** Somebody adds a file to the proposal's branch. */
  pushToBranch(proposal: ForgeProposal, files: Readonly<Record<string, string>>): Promise<void>
  /** Somebody updates the proposal's branch from the tracked one, which has moved on. */
  updateFromBase(proposal: ForgeProposal): Promise<void>
  /** Merges it; returns the new tip of the tracked branch, in the mirror. */
  merge(proposal: ForgeProposal, method: MergeMethod): Promise<string>
  closeUnmerged(proposal: ForgeProposal): Promise<void>
  /** Commits to the tracked branch; null removes a file. Returns the new tip, in the mirror. */
  commitToBase(files: Readonly<Record<string, string | null>>): Promise<string>
  /** From now on nobody answers. */
  goAway(): Promise<void>
}

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
    test('is the same however it was merged', async (world) => {
      for (const method of world.methods) {
        const { proposal, pull } = await merged(world, { method })
        expect(pull).toMatchObject({
          isMerged: true,
          isFromFork: false,
          isSameRepository: true,
          baseBranch: proposal.baseBranch,
          blobAtHead: blobId(proposal.content),
          veto: null,
        })
        expect(pull.files.filter(({ path }) => !pull.approvalFiles.includes(path))).toEqual([
          { path: proposal.path, status: 'added' },
        ])
        const { counted } = countApprovals(pull, 'nobody', world.approvers)
        expect(counted.map(({ name: person }) => person)).toEqual([...world.approvers])
      }
    })

    test('tells of files that came along', async (world) => {
      const { pull } = await merged(world, { push: { 'live/main.tf': 'changed' } })
      expect(pull.files.map(({ path }) => path)).toContain('live/main.tf')
    })

    test('bears an update of the branch from its base', async (world) => {
      const { proposal, pull } = await merged(world, { isUpdated: true })
      expect(pull.isHeadTrusted || pull.headCommit === pull.pullRequest.pushedCommit).toBe(true)
      expect(pull.files.filter(({ path }) => !pull.approvalFiles.includes(path))).toEqual([
        { path: proposal.path, status: 'added' },
      ])
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

  async function merged(
    world: ForgeWorld,
    how: {
      readonly method?: MergeMethod
      readonly push?: Readonly<Record<string, string>>
      readonly isUpdated?: boolean
    },
  ): Promise<{ readonly proposal: ForgeProposal; readonly pull: MergedPullRequest }> {
    const proposal = world.buildProposal()
    const pullRequest = await world.forge.propose(proposal, signal)
    if (how.push) await world.pushToBranch(proposal, how.push)
    if (how.isUpdated) await world.updateFromBase(proposal)
    for (const person of world.approvers) await world.approve(proposal, person)
    const tip = await world.merge(proposal, how.method ?? 'merge')
    const { pullRequests } = await world.forge.evidence({ ...proposal, pullRequest, tip }, signal)
    const [pull] = pullRequests
    if (pull === undefined || pullRequests.length !== 1)
      throw new Error(`${pullRequests.length} pull requests instead of one`)
    return { proposal, pull }
  }
}

function stateOf({ forge }: ForgeWorld, { path, branch }: ForgeProposal, pullRequest: PullRequest) {
  return forge.stateOf({ path, branch, pullRequest }, signal)
}
