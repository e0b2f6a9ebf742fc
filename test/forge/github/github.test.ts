import { beforeEach, describe, expect, it } from 'vitest'
import {
  ALICE,
  ALICES_REVIEW,
  type GitHubLab,
  type LabState,
  MALLORY,
  MERGED,
  openGitHubLab,
  PATH,
  PUSHED,
  WEB_FLOW,
} from './github-lab.js'

let world: GitHubLab['world']
let forge: GitHubLab['forge']
const { signal } = new AbortController()

beforeEach(async () => {
  const lab = await openGitHubLab()
  world = lab.world
  forge = lab.forge
})

async function evidence() {
  const { pullRequests } = await forge.evidence(MERGED, signal)
  const [pull, ...more] = pullRequests
  if (pull === undefined || more.length > 0) throw new Error(`there are ${pullRequests.length} pull requests`)
  return pull
}

describe('proposing', () => {
  const proposal = {
    requestId: '01JE',
    stack: 'prod/network',
    path: '.drift/requests/prod/network/01JE.json',
    content: '{}',
    branch: 'drift/prod/network/01JE',
    baseBranch: 'main',
    baseCommit: 'e'.repeat(40),
    createdAt: '2026-11-24T10:00:00Z',
    title: 'Revert drift of prod/network',
    body: 'what would change',
  }

  it('opens one pull request, also when it is asked twice', async () => {
    const first = await forge.propose(proposal, signal)
    expect(first).toMatchObject({ id: '2:9002', pushedCommit: PUSHED })
    expect(await forge.propose(proposal, signal)).toEqual(first)
    expect(world.state.list).toHaveLength(2)
    expect(await forge.stateOf({ ...proposal, pullRequest: first }, signal)).toMatchObject({ state: 'open' })
  })

  it('writes a comment once, and closes with the reason', async () => {
    const pullRequest = await forge.propose(proposal, signal)
    await forge.comment?.(pullRequest, 'receipt', 'applied', signal)
    await forge.comment?.(pullRequest, 'receipt', 'applied and verified', signal)
    expect(world.state.written.map(({ body }) => body)).toEqual([
      '<!-- driftd:receipt -->\napplied and verified',
    ])
    await forge.close(pullRequest, 'superseded', signal)
    expect(await forge.stateOf({ ...proposal, pullRequest }, signal)).toMatchObject({ state: 'closed' })
    expect(world.state.written).toHaveLength(2)
  })

  it('does not take another pull request of the same number for its own', async () => {
    const stranger = { ...MERGED.pullRequest, id: '1:4242' }
    const asked = forge.stateOf({ ...MERGED, pullRequest: stranger }, signal)
    await expect(asked).rejects.toMatchObject({ code: 'FORGE_FAILED' })
    const gone = { ...MERGED.pullRequest, id: '99:1' }
    expect(await forge.stateOf({ ...MERGED, pullRequest: gone }, signal)).toMatchObject({ state: 'missing' })
  })
})

describe('evidence', () => {
  it('tells everything of a request that was approved and merged', async () => {
    expect(await evidence()).toMatchObject({
      pullRequest: { id: '1:9001', pushedCommit: PUSHED },
      isMerged: true,
      baseBranch: 'main',
      isFromFork: false,
      isSameRepository: true,
      headCommit: PUSHED,
      isHeadTrusted: true,
      lastPusher: null,
      files: [{ path: PATH, status: 'added' }],
      blobAtHead: 'f'.repeat(40),
      excludedIdentities: ['1'],
      approvals: [
        {
          identity: '2',
          name: 'alice',
          verdict: 'approved',
          commit: PUSHED,
          isPerson: true,
          mayWrite: true,
          teams: ['@acme/platform'],
        },
      ],
      dropsApprovalsOnPush: false,
      veto: null,
    })
  })

  it('knows no pull request of a direct push (T8)', async () => {
    world.state.listOfCommit = {}
    expect((await forge.evidence(MERGED, signal)).pullRequests).toEqual([])
  })

  it('reads every page of reviews: the last of 130 takes the approval back', async () => {
    const chatter = Array.from({ length: 130 }, () => ({
      user: MALLORY,
      state: 'COMMENTED',
      commit_id: PUSHED,
      submitted_at: '2026-11-24T10:31:00Z',
    }))
    const refusal = {
      user: ALICE,
      state: 'CHANGES_REQUESTED',
      commit_id: PUSHED,
      submitted_at: '2026-11-24T10:32:00Z',
    }
    world.state.said.push(...chatter, refusal)
    expect((await evidence()).approvals).toMatchObject([{ name: 'alice', verdict: 'changes-requested' }])
  })

  it('does not trust a head that somebody else pushed, and says who (T4)', async () => {
    const head = '9'.repeat(40)
    const [pull] = world.state.list
    if (pull !== undefined) world.state.list = [{ ...pull, head: { ...pull.head, sha: head } }]
    world.state.made.push({ sha: head, author: MALLORY, committer: MALLORY, parents: [{ sha: PUSHED }] })
    world.state.pushed = [{ after: head, actor: MALLORY }]
    expect(await evidence()).toMatchObject({
      isHeadTrusted: false,
      lastPusher: '3',
      excludedIdentities: ['1', '3'],
    })
  })

  it('trusts an update merge of the tracked branch, not a merge of anything else', async () => {
    const head = '9'.repeat(40)
    const [pull] = world.state.list
    if (pull !== undefined) world.state.list = [{ ...pull, head: { ...pull.head, sha: head } }]
    const merge = { sha: head, author: ALICE, committer: WEB_FLOW }
    const own = world.state.made
    world.state.made = [...own, { ...merge, parents: [{ sha: PUSHED }, { sha: '0'.repeat(40) }] }]
    expect((await evidence()).isHeadTrusted).toBe(true)
    world.state.made = [...own, { ...merge, parents: [{ sha: PUSHED }, { sha: '7'.repeat(40) }] }]
    expect((await evidence()).isHeadTrusted).toBe(false)
  })

  it.each<[string, Partial<LabState>, object]>([
    ['a reviewer who may only read (T6)', { permissions: { alice: 'read' } }, { mayWrite: false }],
    ['a reviewer who left (T6)', { permissions: {} }, { mayWrite: false }],
    ['a reviewer of no team', { teams: {} }, { teams: [] }],
    ['a bot (T5)', { said: [{ ...ALICES_REVIEW, user: { ...ALICE, type: 'Bot' } }] }, { isPerson: false }],
  ])('tells %s', async (_name, change, expected) => {
    Object.assign(world.state, change)
    expect((await evidence()).approvals).toMatchObject([expected])
  })

  it('tells a fork, another repository, a code change beside, and the objection of a rule', async () => {
    const [pull] = world.state.list
    if (pull !== undefined)
      world.state.list = [
        { ...pull, base: { ref: 'other', repo: { id: 5 } }, head: { ...pull.head, repo: { id: 8 } } },
      ]
    world.state.touched.push({ filename: 'main.tf', status: 'changed' })
    world.state.decision = 'REVIEW_REQUIRED'
    world.state.blobAtHead = null
    const found = await evidence()
    expect(found).toMatchObject({
      isFromFork: true,
      isSameRepository: false,
      baseBranch: 'other',
      blobAtHead: null,
    })
    expect(found.files).toContainEqual({ path: 'main.tf', status: 'modified' })
    expect(found.veto).toContain('review')
  })
})
