import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Forge, MergedRequest } from '../../../src/forge/forge.js'
import { gitLab } from '../../../src/forge/gitlab/index.js'
import type { History, HistoryCommit } from '../../../src/git/history.js'
import { systemClock } from '../../../src/lib/clock.js'
import { type Receiver, type Reply, startReceiver } from '../../helpers/http-receiver.js'

const PUSHED = 'b'.repeat(40)
const PATH = '.drift/requests/prod/network/01JD.json'
const FILE = encodeURIComponent(PATH)
const PROJECT = '/projects/acme%2Finfra'
const MR = `${PROJECT}/merge_requests/1`
const { signal } = new AbortController()

/** Shapes as GitLab's documentation shows them, cut to what matters. */
const ALICE = { id: 2, username: 'alice', name: 'Alice', state: 'active' }
const MERGE_REQUEST = {
  id: 9001,
  iid: 1,
  project_id: 77,
  state: 'merged',
  merged_at: '2026-11-24T11:00:00.000Z',
  web_url: 'https://gitlab.com/acme/infra/-/merge_requests/1',
  author: { id: 1, username: 'driftd' },
  source_project_id: 77,
  target_project_id: 77,
  target_branch: 'main',
  sha: PUSHED,
}

/** Answers by `METHOD path`; what is missing is 404. */
let answers: Record<string, unknown>
let sent: { readonly key: string; readonly body: unknown }[]
let receiver: Receiver
let forge: Forge

beforeEach(async () => {
  sent = []
  answers = {
    'GET /user': { id: 1, username: 'driftd' },
    'GET /users/2': { ...ALICE, bot: false },
    [`GET ${PROJECT}`]: { id: 77 },
    [`GET ${PROJECT}/approvals`]: { reset_approvals_on_push: true, merge_requests_author_approval: false },
    [`GET ${PROJECT}/members/all/2`]: { ...ALICE, access_level: 30 },
    'GET /groups/acme%2Fplatform/members/all/2': { ...ALICE, access_level: 30 },
    [`GET ${PROJECT}/repository/commits/${PUSHED}/merge_requests`]: [MERGE_REQUEST],
    [`GET ${PROJECT}/repository/files/${FILE}`]: { file_path: PATH, blob_id: 'f'.repeat(40) },
    [`GET ${PROJECT}/merge_requests`]: [],
    [`POST ${PROJECT}/merge_requests`]: { ...MERGE_REQUEST, state: 'opened', merged_at: null },
    [`GET ${MR}`]: MERGE_REQUEST,
    [`GET ${MR}/approvals`]: { approved_by: [{ user: ALICE, approved_at: '2026-11-24T10:30:00.000Z' }] },
    [`GET ${MR}/reviewers`]: [{ user: ALICE, state: 'approved' }],
    [`GET ${MR}/commits`]: [{ id: PUSHED, parent_ids: ['e'.repeat(40)] }],
    [`GET ${MR}/diffs`]: [
      { old_path: PATH, new_path: PATH, new_file: true, renamed_file: false, deleted_file: false },
    ],
    [`GET ${MR}/versions`]: [{ id: 110, head_commit_sha: PUSHED, created_at: '2026-11-24T10:00:00.000Z' }],
    [`GET ${MR}/notes`]: [],
  }
  receiver = await startReceiver(({ method, path, headers, body }) => {
    if (headers['private-token'] !== 'gitlab-canary-token') return { status: 401 }
    const key = `${method} ${path.split('?')[0]}`
    sent.push({ key, body: body === '' ? null : JSON.parse(body) })
    return toReply(answers[key])
  })
  forge = await gitLab.create({
    options: {
      repository: 'acme/infra',
      token: { env: 'TOKEN' },
      apiUrl: receiver.origin,
      allowPrivate: true,
    },
    baseFolder: '/',
    trackedBranch: 'main',
    history: history(),
    branches: { push: async () => PUSHED, bring: async () => PUSHED, remove: async () => undefined },
    approvers: ['alice', '@acme/platform'],
    scratchFolder: '/',
    clock: systemClock,
    env: {},
    readSecret: async () => 'gitlab-canary-token',
  })
})
afterEach(() => receiver.close())

function toReply(answer: unknown): Reply {
  if (answer === undefined) return { status: 404 }
  if (isReply(answer)) return answer
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }
}

/** A fault instead of an answer. */
function isReply(answer: unknown): answer is Reply {
  return (
    typeof answer === 'string' || typeof (answer as { readonly status?: unknown } | null)?.status === 'number'
  )
}

function history(): History {
  const person = { name: 'x', email: 'x@example.org' }
  const commit: HistoryCommit = {
    id: PUSHED,
    parents: ['e'.repeat(40)],
    author: person,
    committer: person,
    committedAt: '2026-11-24T11:00:00Z',
    files: [{ path: PATH, change: 'added' }],
  }
  const unused = (): never => {
    throw new Error('GitLab is asked for this')
  }
  return {
    isAncestor: async (ancestor) => ancestor.startsWith('0'),
    commitsBetween: async () => [commit],
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
  pullRequest: { id: '1:9001', url: MERGE_REQUEST.web_url, pushedCommit: PUSHED },
  tip: 'd'.repeat(40),
}

async function evidence() {
  const [found] = (await forge.evidence(MERGED, signal)).pullRequests
  if (found === undefined) throw new Error('there is no merge request')
  return found
}

it('opens one merge request, writes to it, and closes it with the reason', async () => {
  const proposal = {
    requestId: '01JD',
    stack: 'prod/network',
    path: PATH,
    content: '{}',
    branch: 'drift/prod/network/01JD',
    baseBranch: 'main',
    baseCommit: 'e'.repeat(40),
    createdAt: '2026-11-24T10:00:00Z',
    title: 'Revert drift of prod/network',
    body: 'what would change',
  }
  const opened = await forge.propose(proposal, signal)
  expect(opened).toEqual({ id: '1:9001', url: MERGE_REQUEST.web_url, pushedCommit: PUSHED })
  answers[`GET ${PROJECT}/merge_requests`] = [{ ...MERGE_REQUEST, state: 'opened' }]
  expect(await forge.propose(proposal, signal)).toEqual(opened)
  expect(sent.filter(({ key }) => key.startsWith('POST'))).toHaveLength(1)
  expect(sent.find(({ key }) => key.startsWith('POST'))?.body).toMatchObject({
    source_branch: proposal.branch,
    target_branch: 'main',
  })
  answers[`POST ${MR}/notes`] = { id: 5, body: 'x' }
  answers[`PUT ${MR}`] = { ...MERGE_REQUEST, state: 'closed' }
  answers[`GET ${MR}`] = { ...MERGE_REQUEST, state: 'opened' }
  await forge.close(opened, 'superseded', signal)
  expect(sent.at(-1)).toEqual({ key: `PUT ${MR}`, body: { state_event: 'close' } })
  answers[`GET ${MR}/notes`] = [{ id: 5, body: '<!-- driftd:receipt -->\nold' }]
  answers[`PUT ${MR}/notes/5`] = { id: 5, body: 'x' }
  await forge.comment?.(opened, 'receipt', 'applied', signal)
  expect(sent.at(-1)?.body).toEqual({ body: '<!-- driftd:receipt -->\napplied' })
})

it('does not take another merge request of the same number for its own', async () => {
  const asked = forge.stateOf({ ...MERGED, pullRequest: { ...MERGED.pullRequest, id: '1:4' } }, signal)
  await expect(asked).rejects.toMatchObject({ code: 'FORGE_FAILED' })
})

describe('evidence', () => {
  it('tells everything of a request that was approved and merged', async () => {
    expect(await evidence()).toMatchObject({
      isMerged: true,
      isFromFork: false,
      isSameRepository: true,
      isHeadTrusted: true,
      files: [{ path: PATH, status: 'added' }],
      blobAtHead: 'f'.repeat(40),
      excludedIdentities: ['1'],
      dropsApprovalsOnPush: true,
      approvals: [
        {
          identity: '2',
          name: 'alice',
          verdict: 'approved',
          commit: null,
          isPerson: true,
          mayWrite: true,
          teams: ['@acme/platform'],
        },
      ],
    })
  })

  it.each<[string, Record<string, unknown>, object]>([
    [
      'a project that keeps approvals',
      { [`GET ${PROJECT}/approvals`]: { reset_approvals_on_push: false } },
      { dropsApprovalsOnPush: false },
    ],
    [
      'an edition without such rules',
      { [`GET ${PROJECT}/approvals`]: undefined },
      { dropsApprovalsOnPush: false },
    ],
    [
      'a reviewer who may only read (T6)',
      { [`GET ${PROJECT}/members/all/2`]: { ...ALICE, access_level: 20 } },
      { approvals: [{ mayWrite: false }] },
    ],
    [
      'a reviewer who left (T6)',
      { [`GET ${PROJECT}/members/all/2`]: undefined },
      { approvals: [{ mayWrite: false }] },
    ],
    ['a bot (T5)', { 'GET /users/2': { ...ALICE, bot: true } }, { approvals: [{ isPerson: false }] }],
    [
      'a wish for changes',
      { [`GET ${MR}/reviewers`]: [{ user: ALICE, state: 'requested_changes' }] },
      { approvals: [{ verdict: 'changes-requested' }] },
    ],
    [
      'a head that somebody else pushed (T4)',
      {
        [`GET ${MR}/commits`]: [{ id: PUSHED, parent_ids: [] }],
        [`GET ${PROJECT}/repository/commits/${PUSHED}/merge_requests`]: [
          { ...MERGE_REQUEST, sha: '9'.repeat(40) },
        ],
      },
      { isHeadTrusted: false },
    ],
    [
      'a fork',
      {
        [`GET ${PROJECT}/repository/commits/${PUSHED}/merge_requests`]: [
          { ...MERGE_REQUEST, source_project_id: 5 },
        ],
      },
      { isFromFork: true },
    ],
    ['another project', { [`GET ${PROJECT}`]: { id: 78 } }, { isSameRepository: false }],
  ])('tells %s', async (_name, change, expected) => {
    Object.assign(answers, change)
    expect(await evidence()).toMatchObject(expected)
  })

  it('knows no merge request of a direct push (T8)', async () => {
    answers[`GET ${PROJECT}/repository/commits/${PUSHED}/merge_requests`] = []
    expect((await forge.evidence(MERGED, signal)).pullRequests).toEqual([])
  })

  it('takes an answer of another shape for a no (T16)', async () => {
    answers[`GET ${MR}/approvals`] = { approved_by: [{ user: 'alice' }] }
    await expect(evidence()).rejects.toMatchObject({
      code: 'FORGE_FAILED',
      message: expect.stringContaining('approved_by.0.user'),
    })
  })

  it.each<[string, unknown]>([
    [
      'older than the last push',
      [{ created_at: '2026-11-24T10:30:01.000Z' }, { created_at: '2026-11-24T10:00:00.000Z' }],
    ],
    ['of a version that is not known', []],
  ])('does not count an approval that is %s (T4)', async (_name, versions) => {
    answers[`GET ${MR}/versions`] = versions
    expect((await evidence()).approvals).toMatchObject([{ problem: 'approved before the last push' }])
  })
})

it('says in doctor what stands in the way', async () => {
  expect((await forge.examine(signal)).map(({ state }) => state)).toEqual(['ok', 'warning', 'ok'])
  answers[`GET ${PROJECT}/protected_branches/main`] = { name: 'main' }
  answers[`GET ${PROJECT}/approvals`] = { reset_approvals_on_push: false }
  answers['GET /user'] = ALICE
  expect((await forge.examine(signal)).map(({ state }) => state)).toEqual(['problem', 'ok', 'problem'])
  const bot = { ...ALICE, id: 7, username: 'drift-bot' }
  answers['GET /user'] = bot
  answers['GET /groups/acme%2Fplatform/members/all/7'] = { ...bot, access_level: 30 }
  expect(await forge.examine(signal)).toContainEqual(
    expect.objectContaining({ state: 'problem', detail: expect.stringContaining('(@acme/platform)') }),
  )
})
