import { expect, onTestFinished } from 'vitest'
import type { Forge, MergedRequest } from '../../../src/forge/forge.js'
import { gitHub } from '../../../src/forge/github/index.js'
import type { History, HistoryCommit } from '../../../src/git/history.js'
import { type GitHubState, type GitHubWorld, startGitHub, type User } from '../../helpers/github-world.js'

const TOKEN = 'github-canary-token'
export const BOT: User = { id: 1, login: 'driftd', type: 'User' }
export const ALICE: User = { id: 2, login: 'alice', type: 'User' }
export const MALLORY: User = { id: 3, login: 'mallory', type: 'User' }
export const WEB_FLOW: User = { id: 19864447, login: 'web-flow', type: 'User' }
export const PUSHED = 'b'.repeat(40)
const MERGE = 'c'.repeat(40)
const TIP = 'd'.repeat(40)
export const ALICES_REVIEW = {
  user: ALICE,
  state: 'APPROVED',
  commit_id: PUSHED,
  submitted_at: '2026-11-24T10:30:00Z',
}
export const PATH = '.drift/requests/prod/network/01JD.json'

/** The forge before a fake GitHub, which has one request that alice approved and that was merged. */
export interface GitHubLab {
  readonly world: GitHubWorld
  readonly forge: Forge
}

/** Opens one; closed when the test ends, and then nothing may have been asked or answered that GitHub does not know. */
export async function openGitHubLab(): Promise<GitHubLab> {
  const world = await startGitHub(approvedState())
  onTestFinished(async () => {
    await world.receiver.close()
    expect(world.problems).toEqual([])
  })
  const forge = await gitHub.create({
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
  return { world, forge }
}

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

export const MERGED: MergedRequest = {
  requestId: '01JD',
  path: PATH,
  branch: 'drift/prod/network/01JD',
  baseBranch: 'main',
  baseCommit: 'e'.repeat(40),
  pullRequest: { id: '1:9001', url: 'https://github.com/acme/infra/pull/1', pushedCommit: PUSHED },
  tip: TIP,
}
