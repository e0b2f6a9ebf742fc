import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Forge, MergedRequest } from '../../../src/forge/forge.js'
import { gitHub } from '../../../src/forge/github/index.js'
import type { History, HistoryCommit } from '../../../src/git/history.js'
import { type GitHubState, type GitHubWorld, startGitHub, type User } from '../../helpers/github-world.js'

const TOKEN = 'github-canary-token'
const BOT: User = { id: 1, login: 'driftd', type: 'User' }
const ALICE: User = { id: 2, login: 'alice', type: 'User' }
const MALLORY: User = { id: 3, login: 'mallory', type: 'User' }
const WEB_FLOW: User = { id: 19864447, login: 'web-flow', type: 'User' }
const PUSHED = 'b'.repeat(40)
const MERGE = 'c'.repeat(40)
const TIP = 'd'.repeat(40)
const ALICES_REVIEW = {
  user: ALICE,
  state: 'APPROVED',
  commit_id: PUSHED,
  submitted_at: '2026-11-24T10:30:00Z',
}
const PATH = '.drift/requests/prod/network/01JD.json'
const signal = new AbortController().signal

let world: GitHubWorld
let forge: Forge

beforeEach(async () => {
  world = await startGitHub(approvedState())
  forge = await gitHub.create({
    options: {
      repository: 'acme/infra',
      token: { env: 'TOKEN' },
      apiUrl: world.receiver.origin,
      allowPrivate: true,
    },
    baseFolder: '/',
    trackedBranch: 'main',
    history: history(),
    branches: { push: async () => PUSHED, bring: async () => PUSHED, remove: async () => undefined },
    approvers: ['alice', '@acme/platform'],
    scratchFolder: '/',
    env: {},
    readSecret: async () => TOKEN,
  })
})
afterEach(async () => {
  await world.receiver.close()
  expect(world.problems).toEqual([])
})

/** One request, approved by alice and merged. */
function approvedState(): GitHubState {
  const repo = { id: 77 }
  return {
    repositoryId: 77,
    viewer: BOT,
    pulls: [
      {
        id: 9001,
        number: 1,
        state: 'closed',
        merged_at: '2026-11-24T11:00:00Z',
        user: BOT,
        base: { ref: 'main', repo },
        head: { sha: PUSHED, ref: 'drift/prod/network/01JD', repo },
      },
    ],
    pullsOfCommit: { [MERGE]: [1], [PUSHED]: [1] },
    reviews: [ALICES_REVIEW],
    commits: [{ sha: PUSHED, author: BOT, committer: BOT, parents: [{ sha: 'e'.repeat(40) }] }],
    files: [{ filename: PATH, status: 'added' }],
    blobAtHead: 'f'.repeat(40),
    permissions: { alice: 'write', mallory: 'read' },
    teams: { platform: ['alice'] },
    pushes: [],
    comments: [],
    reviewDecision: null,
    rules: [],
    mayAdministrate: false,
    faults: {},
  }
}

function commit(id: string, parents: readonly string[]): HistoryCommit {
  const person = { name: 'x', email: 'x@example.org' }
  const files = [{ path: PATH, change: 'added' as const }]
  return { id, parents, author: person, committer: person, committedAt: '2026-11-24T11:00:00Z', files }
}

/** A tracked branch on which the request was merged by a merge commit. */
function history(): History {
  const unused = (): never => {
    throw new Error('GitHub is asked for this')
  }
  return {
    isAncestor: async (ancestor) => ancestor.startsWith('0'),
    commitsBetween: async () => [commit(PUSHED, ['e'.repeat(40)]), commit(MERGE, ['e'.repeat(40), PUSHED])],
    changedFiles: unused,
    treeEntries: unused,
    readFileAt: unused,
    blobId: unused,
  }
}

const MERGED: MergedRequest = {
  requestId: '01JD',
  path: PATH,
  branch: 'drift/prod/network/01JD',
  baseBranch: 'main',
  baseCommit: 'e'.repeat(40),
  pullRequest: { id: '1:9001', url: 'https://github.com/acme/infra/pull/1', pushedCommit: PUSHED },
  tip: TIP,
}

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
    expect(world.state.pulls).toHaveLength(2)
    expect(await forge.stateOf({ ...proposal, pullRequest: first }, signal)).toMatchObject({ state: 'open' })
  })

  it('writes a comment once, and closes with the reason', async () => {
    const pullRequest = await forge.propose(proposal, signal)
    await forge.comment?.(pullRequest, 'receipt', 'applied', signal)
    await forge.comment?.(pullRequest, 'receipt', 'applied and verified', signal)
    expect(world.state.comments.map(({ body }) => body)).toEqual([
      '<!-- driftd:receipt -->\napplied and verified',
    ])
    await forge.close(pullRequest, 'superseded', signal)
    expect(await forge.stateOf({ ...proposal, pullRequest }, signal)).toMatchObject({ state: 'closed' })
    expect(world.state.comments).toHaveLength(2)
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
    world.state.pullsOfCommit = {}
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
    world.state.reviews.push(...chatter, refusal)
    expect((await evidence()).approvals).toMatchObject([{ name: 'alice', verdict: 'changes-requested' }])
  })

  it('does not trust a head that somebody else pushed, and says who (T4)', async () => {
    const head = '9'.repeat(40)
    const [pull] = world.state.pulls
    if (pull !== undefined) world.state.pulls = [{ ...pull, head: { ...pull.head, sha: head } }]
    world.state.commits.push({ sha: head, author: MALLORY, committer: MALLORY, parents: [{ sha: PUSHED }] })
    world.state.pushes = [{ after: head, actor: MALLORY }]
    expect(await evidence()).toMatchObject({
      isHeadTrusted: false,
      lastPusher: '3',
      excludedIdentities: ['1', '3'],
    })
  })

  it('trusts an update merge of the tracked branch, not a merge of anything else', async () => {
    const head = '9'.repeat(40)
    const [pull] = world.state.pulls
    if (pull !== undefined) world.state.pulls = [{ ...pull, head: { ...pull.head, sha: head } }]
    const merge = { sha: head, author: ALICE, committer: WEB_FLOW }
    const own = world.state.commits
    world.state.commits = [...own, { ...merge, parents: [{ sha: PUSHED }, { sha: '0'.repeat(40) }] }]
    expect((await evidence()).isHeadTrusted).toBe(true)
    world.state.commits = [...own, { ...merge, parents: [{ sha: PUSHED }, { sha: '7'.repeat(40) }] }]
    expect((await evidence()).isHeadTrusted).toBe(false)
  })

  it.each<[string, Partial<GitHubState>, object]>([
    ['a reviewer who may only read (T6)', { permissions: { alice: 'read' } }, { mayWrite: false }],
    ['a reviewer who left (T6)', { permissions: {} }, { mayWrite: false }],
    ['a reviewer of no team', { teams: {} }, { teams: [] }],
    ['a bot (T5)', { reviews: [{ ...ALICES_REVIEW, user: { ...ALICE, type: 'Bot' } }] }, { isPerson: false }],
  ])('tells %s', async (_name, change, expected) => {
    Object.assign(world.state, change)
    expect((await evidence()).approvals).toMatchObject([expected])
  })

  it('tells a fork, another repository, a code change beside, and the objection of a rule', async () => {
    const [pull] = world.state.pulls
    if (pull !== undefined)
      world.state.pulls = [
        { ...pull, base: { ref: 'other', repo: { id: 5 } }, head: { ...pull.head, repo: null } },
      ]
    world.state.files.push({ filename: 'main.tf', status: 'changed' })
    world.state.reviewDecision = 'REVIEW_REQUIRED'
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

describe('faults (T16)', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }
  const list = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  it.each([
    ['401', list, { status: 401 }],
    ['403', list, { status: 403 }],
    ['404', list, { status: 404 }],
    ['429', list, { status: 429, headers: { 'retry-after': '1' } }],
    ['500', list, { status: 500 }],
    ['502 with HTML', list, { ...html, status: 502 }],
    ['HTML instead of JSON', list, html],
    ['half of an answer', list, 'reset-in-body' as const],
    ['no answer', list, 'reset' as const],
    [
      'an answer of another shape',
      'GET /repos/{owner}/{repo}',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":"77"}' },
    ],
  ])('takes %s for a no, without a word of the other side or of the token', async (_name, route, reply) => {
    world.state.faults[route] = reply
    const error = await forge.evidence(MERGED, signal).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'FORGE_FAILED' })
    expect(String(error)).not.toMatch(/canary|sign in|html/)
  })

  it('takes a second page that fails for a no', async () => {
    const approval = world.state.reviews[0]
    if (approval !== undefined) world.state.reviews = Array.from({ length: 120 }, () => approval)
    world.state.faults[`${list} page 2`] = { status: 500 }
    await expect(forge.evidence(MERGED, signal)).rejects.toMatchObject({ code: 'FORGE_FAILED' })
  })
})

describe('doctor', () => {
  it('warns where the branch is not protected, and of a token that may do too much', async () => {
    const calm = await forge.examine(signal)
    expect(calm.map(({ state }) => state)).toEqual(['ok', 'warning'])
    world.state.rules = [
      { type: 'pull_request', parameters: { ...RULE, required_approving_review_count: 1 } },
    ]
    world.state.mayAdministrate = true
    expect((await forge.examine(signal)).map(({ state }) => state)).toEqual(['warning', 'ok'])
  })

  it('refuses to be an approver, and names a token that is no use', async () => {
    world.state.viewer = { ...ALICE }
    expect((await forge.examine(signal)).map(({ state }) => state)).toContain('problem')
    world.state.faults['GET /repos/{owner}/{repo}'] = { status: 401 }
    const [token] = await forge.examine(signal)
    expect(token).toMatchObject({ state: 'problem' })
    expect(token?.detail).toContain('token is wrong')
  })
})

const RULE = {
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: false,
  require_last_push_approval: true,
  required_review_thread_resolution: false,
}
