import { describe, expect, it } from 'vitest'
import type { PullRequest } from '../../src/domain/request.js'
import type { ForgeProposal } from '../../src/forge/forge.js'
import { checkObjections, countApprovals } from '../../src/remediate/check-approvals.js'
import { blobId } from '../helpers/build-gate.js'
import { LISTED } from '../helpers/hosted-forge.js'
import type { Reply } from '../helpers/http-receiver.js'
import type { ForgeWorld } from './forge-world.js'
import { type MergedProposal, mergeRequest, onlyPull } from './merged-request.js'

/** A forge with accounts (test/helpers/hosted-forge.ts): of them rita may only read, and mallory alone is on no list. */
export interface HostedForgeWorld extends ForgeWorld {
  requestChanges(proposal: ForgeProposal, person: string): void
  /** Takes an approval back, or dismisses it. */
  withdraw(proposal: ForgeProposal, person: string): void
  /** Says something that is no verdict. */
  comment(proposal: ForgeProposal, person: string, times: number): void
  /** Comments of the pull request as a whole, which resemble driftd's. */
  note(proposal: ForgeProposal, times: number): void
  notes(proposal: ForgeProposal): readonly string[]
  /** Replaces everything on the branch. */
  forcePush(proposal: ForgeProposal, person: string, files: Readonly<Record<string, string>>): void
  /** Mallory proposes the same from a fork; returns the commit. */
  openFromFork(proposal: ForgeProposal): Promise<string>
  deleteAccount(person: string): void
  takeRights(person: string): void
  /** From now on this is the answer to what reviewers said, or to a page of it; null: the usual one again. */
  failReviews(reply: Reply | null, page?: number): void
}

const { signal } = new AbortController()

/** Who counts, of those who spoke in `speak`. */
const COUNTS: Readonly<Record<string, boolean>> = {
  alice: true,
  // a comment takes nothing back
  bob: true,
  // changed their mind: for it, against it
  carol: true,
  dave: false,
  // took it back, or it was dismissed
  erin: false,
  // approved an older head (T4)
  frank: false,
  // was deleted, lost the right to write, never had it (T6)
  grace: false,
  heidi: false,
  rita: false,
  // is on no list, a bot, driftd itself (T5)
  mallory: false,
  robot: false,
  driftd: false,
}

async function speak(world: HostedForgeWorld, proposal: ForgeProposal): Promise<void> {
  const approve = (person: string): Promise<void> => world.approve(proposal, person)
  await approve('frank')
  await world.pushToBranch(proposal, { 'live/main.tf': 'smuggled' })
  await approve('dave')
  await approve('erin')
  world.requestChanges(proposal, 'carol')
  world.comment(proposal, 'mallory', 130)
  for (const person of ['alice', 'bob', 'carol', 'grace', 'heidi', 'rita', 'mallory', 'robot', 'driftd'])
    await approve(person)
  world.comment(proposal, 'bob', 1)
  world.requestChanges(proposal, 'dave')
  world.withdraw(proposal, 'erin')
  world.deleteAccount('grace')
  world.takeRights('heidi')
}

/** What the server says instead, and what a person is told to do. */
const HTML = { headers: { 'content-type': 'text/html' }, body: '<html>please sign in</html>' }
const FAULTS: readonly (readonly [Reply, RegExp])[] = [
  [{ status: 401 }, /401: the token is wrong, expired or revoked: renew it/],
  [{ status: 403 }, /403: the token lacks a right: `driftd doctor` says/],
  [{ status: 404 }, /404: it does not exist, or the token may not see it: check/],
  [{ status: 429, headers: { 'retry-after': '90' } }, /429: its rate limit is used up: ask again in 90 s/],
  [{ status: 500 }, /500: try again later/],
  [{ status: 502, ...HTML }, /502: try again later/],
  [{ status: 200, ...HTML }, /not that of its API: check apiUrl/],
  [{ status: 302, headers: { location: 'https://elsewhere.example' } }, /check apiUrl/],
  ['reset-in-body', /no complete answer .*check that it is up/],
  ['reset', /no complete answer .*check that it is up/],
]

/** What every forge with accounts must do, beside what every forge must. */
export function describeHostedForge(name: string, makeWorld: () => Promise<HostedForgeWorld>): void {
  describe(`${name}: what people say and do`, () => {
    it('counts who approved the head and stands by it, of every page', async () => {
      const world = await makeWorld()
      const found = await merge(world, (of) => speak(world, of))
      const pull = onlyPull(found)
      const { counted } = countApprovals(pull, 'quentin', LISTED)
      const names = new Set(counted.map((approval) => approval.name))
      expect(Object.fromEntries(Object.keys(COUNTS).map((one) => [one, names.has(one)]))).toEqual(COUNTS)
      expect(counted).toHaveLength(names.size)
      expect(checkObjections(pull)).toMatchObject({ status: 'failed', evidence: 'dave asked for changes' })
      expect(pull).toMatchObject({ isHeadTrusted: false, isFromFork: false })
    })

    it('tells of a branch that was replaced, with another file under the same name', async () => {
      const world = await makeWorld()
      const found = await merge(world, (of) => world.forcePush(of, 'mallory', { [of.path]: 'forged' }))
      const pull = onlyPull(found)
      expect(pull).toMatchObject({ isHeadTrusted: false, blobAtHead: blobId('forged') })
      expect(pull.files).toEqual([{ path: found.proposal.path, status: 'added' }])
      expect(found.refusals).toEqual(expect.arrayContaining(['same-bytes', 'approved']))
    })

    it('tells of a fork, and takes none of its pull requests for driftd’s own', async () => {
      const world = await makeWorld()
      const proposal = world.buildProposal()
      const pushedCommit = await world.openFromFork(proposal)
      const pullRequest = await world.forge.propose(proposal, signal)
      expect(pullRequest.pushedCommit).toBe(pushedCommit)
      const tip = await world.merge(proposal, 'squash')
      const { pullRequests } = await world.forge.evidence({ ...proposal, pullRequest, tip }, signal)
      const found = pullRequests.map((pull) => [pull.isFromFork, pull.pullRequest.id === pullRequest.id])
      expect(found).toEqual([[true, false]])
    })

    it('writes a receipt once beside a hundred comments, and closes nothing that is merged', async () => {
      const world = await makeWorld()
      const { proposal, pullRequest } = await merge(world, (of) => world.note(of, 130))
      await world.forge.comment?.(pullRequest, 'receipt', 'applied', signal)
      await world.forge.comment?.(pullRequest, 'receipt', 'applied and verified', signal)
      await world.forge.close(pullRequest, 'superseded', signal)
      expect(world.notes(proposal).slice(130)).toEqual(['<!-- driftd:receipt -->\napplied and verified'])
      expect(await stateOf(world, proposal, pullRequest)).toMatchObject({ state: 'merged' })
    })
  })

  describe(`${name}: what the forge says instead (T16)`, () => {
    it('takes it for a no, says what to do, and nothing of the other side’s words', async () => {
      const world = await makeWorld()
      const { proposal, pullRequest, tip } = await merge(world, async (of) => {
        await world.approve(of, 'alice')
        world.comment(of, 'mallory', 130)
      })
      const ask = () => world.forge.evidence({ ...proposal, pullRequest, tip }, signal)
      for (const [reply, advice] of FAULTS) {
        world.failReviews(reply)
        for (const asked of [ask, () => stateOf(world, proposal, pullRequest)]) {
          const error = await asked().catch((caught: unknown) => caught)
          expect(error).toMatchObject({ code: 'FORGE_FAILED', message: expect.stringMatching(advice) })
          expect(String(error)).not.toMatch(/canary|sign in|html|elsewhere/)
        }
      }
      world.failReviews(null)
      expect((await ask()).pullRequests).toHaveLength(1)
      world.failReviews({ status: 500 }, 2)
      await expect(ask()).rejects.toMatchObject({ code: 'FORGE_FAILED' })
    })
  })
}

function merge(
  world: HostedForgeWorld,
  act: (proposal: ForgeProposal) => void | Promise<void>,
): Promise<MergedProposal> {
  return mergeRequest({ world, approvers: LISTED, act })
}

function stateOf({ forge }: HostedForgeWorld, { path, branch }: ForgeProposal, pullRequest: PullRequest) {
  return forge.stateOf({ path, branch, pullRequest }, signal)
}
