import { expect, onTestFinished } from 'vitest'
import type { Forge, MergedRequest } from '../../../src/forge/forge.js'
import { gitHub } from '../../../src/forge/github/index.js'
import type { History, HistoryCommit } from '../../../src/git/history.js'
import { type Clock, systemClock } from '../../../src/lib/clock.js'
import {
  GITHUB_TOKEN,
  type GitHubState,
  type GitHubWorld,
  type Pull,
  type Review,
  startGitHub,
  type User,
} from '../../helpers/github-world.js'

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

/** A GitHub on which all pull requests have the same said about them; tests change it. */
export interface LabState extends GitHubState {
  viewer: User
  list: Pull[]
  listOfCommit: Record<string, readonly number[]>
  said: Review[]
  made: ReturnType<GitHubState['commits']>[number][]
  touched: ReturnType<GitHubState['files']>[number][]
  blobAtHead: string | null
  permissions: Record<string, string>
  teams: Record<string, readonly string[]>
  pushed: ReturnType<GitHubState['pushes']>
  written: { readonly id: number; body: string }[]
  decision: string | null
  rules: object[]
  mayAdministrate: boolean
}

/** The forge before a fake GitHub, which has one request that alice approved and that was merged. */
export interface GitHubLab {
  readonly world: GitHubWorld<LabState>
  readonly forge: Forge
}

/** What differs from a token and everything else as usual. */
export interface LabPart {
  readonly options: object
  readonly state: Partial<LabState>
  readonly approvers: readonly string[]
  readonly clock: Clock
  readSecret(): Promise<string>
}

/** Opens one; closed when the test ends, and then nothing may have been asked or answered that GitHub does not know. */
export async function openGitHubLab(part: Partial<LabPart> = {}): Promise<GitHubLab> {
  const world = await startGitHub(Object.assign(approvedState(), part.state))
  onTestFinished(async () => {
    await world.receiver.close()
    expect(world.problems).toEqual([])
  })
  const forge = await gitHub.create({
    approvers: ['alice', '@acme/platform'],
    clock: systemClock,
    readSecret: async () => GITHUB_TOKEN,
    ...part,
    options: {
      repository: 'acme/infra',
      apiUrl: world.receiver.origin,
      allowPrivate: true,
      ...(part.options ?? { token: { env: 'TOKEN' } }),
    },
    baseFolder: '/',
    trackedBranch: 'main',
    history: history(),
    branches: { push: async () => PUSHED, bring: async () => PUSHED, remove: async () => undefined },
    scratchFolder: '/',
    env: {},
  })
  return { world, forge }
}

/** One request, approved by alice and merged. */
function approvedState(): LabState {
  const repo = { id: 77 }
  const state: LabState = {
    repositoryId: 77,
    viewer: BOT,
    list: [
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
    listOfCommit: { [MERGE]: [1], [PUSHED]: [1] },
    said: [ALICES_REVIEW],
    made: [{ sha: PUSHED, author: BOT, committer: BOT, parents: [{ sha: 'e'.repeat(40) }] }],
    touched: [{ filename: PATH, status: 'added' }],
    blobAtHead: 'f'.repeat(40),
    permissions: { alice: 'write', mallory: 'read' },
    teams: { platform: ['alice'] },
    pushed: [],
    written: [],
    decision: null,
    rules: [],
    mayAdministrate: false,
    faults: {},
    pulls: () => state.list,
    open(ref, base) {
      const number = state.list.length + 1
      const head = { sha: 'a'.repeat(40), ref, repo }
      const pull: Pull = {
        id: 9000 + number,
        number,
        state: 'open',
        merged_at: null,
        user: state.viewer,
        base: { ref: base, repo },
        head,
      }
      state.list.push(pull)
      return pull
    },
    close(number) {
      state.list = state.list.map((one) => (one.number === number ? { ...one, state: 'closed' } : one))
    },
    pullsOfCommit: (commit) => state.listOfCommit[commit] ?? [],
    reviews: () => state.said,
    commits: () => state.made,
    files: () => state.touched,
    comments: () => state.written,
    reviewDecision: () => state.decision,
    blobAt: () => state.blobAtHead,
    pushes: () => state.pushed,
    permissionOf(login) {
      const permission = state.permissions[login]
      const user = state.said.find((review) => review.user?.login === login)?.user ?? null
      return permission === undefined || user === null ? null : { permission, user }
    },
    isInTeam: (team, login) => state.teams[team]?.includes(login) ?? false,
  }
  return state
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
