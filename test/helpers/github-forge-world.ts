import { expect, onTestFinished } from 'vitest'
import type { Forge } from '../../src/forge/forge.js'
import { gitHub } from '../../src/forge/github/index.js'
import { systemClock } from '../../src/lib/clock.js'
import type { HostedForgeWorld } from '../contracts/hosted-forge-contract.js'
import { tempFolder } from '../lib/temp-folder.js'
import {
  GITHUB_TOKEN,
  type GitHubAppDoor,
  type GitHubState,
  type Pull,
  type Review,
  startGitHub,
  type User,
} from './github-world.js'
import {
  ACCOUNTS,
  type Account,
  createHostedForge,
  type ForgeServer,
  type HostedForge,
  type HostedPull,
  LISTED,
} from './hosted-forge.js'
import { peopleOf } from './hosted-people.js'
import type { Reply } from './http-receiver.js'

const REPOSITORY_ID = 77
const FORK_ID = 78
const REVIEWS = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'

/** GitHub on loopback, over a real remote, with people. */
export async function createGitHubForgeWorld(): Promise<HostedForgeWorld> {
  const hosted = await createHostedForge({ dropsApprovalsOnPush: false })
  const { receiver, faults } = await startGitHubForge(hosted)
  return {
    ...peopleOf(hosted),
    forge: await createForge(hosted, receiver.origin),
    // GitHub has no other way than these
    methods: ['merge', 'squash', 'rebase'],
    failReviews(reply, page) {
      const key = page === undefined ? REVIEWS : `${REVIEWS} page ${page}`
      if (reply === null) delete faults[key]
      else faults[key] = reply
    },
    goAway: () => receiver.close(),
  }
}

/** The server of it, for tokens or for an app; closed when the test ends, and then nothing may have been odd. */
export async function startGitHubForge(hosted: HostedForge, app?: GitHubAppDoor): Promise<ForgeServer> {
  const faults: Record<string, Reply> = {}
  const { receiver, problems } = await startGitHub({ ...createState(hosted, faults), ...(app && { app }) })
  onTestFinished(async () => {
    await receiver.close()
    expect(problems).toEqual([])
  })
  return { receiver, faults }
}

function createForge({ git }: HostedForge, apiUrl: string): Promise<Forge> {
  return gitHub.create({
    options: { repository: 'acme/infra', token: { env: 'TOKEN' }, apiUrl, allowPrivate: true },
    baseFolder: '/',
    trackedBranch: 'main',
    history: git.history,
    branches: git.branches,
    approvers: LISTED,
    scratchFolder: tempFolder(),
    clock: systemClock,
    env: {},
    readSecret: async () => GITHUB_TOKEN,
  })
}

function createState(hosted: HostedForge, faults: Record<string, Reply>): GitHubState {
  const at = (number: number): HostedPull => {
    const found = hosted.pulls.find((pull) => pull.number === number)
    if (found === undefined) throw new Error(`there is no pull request ${number}`)
    return found
  }
  return {
    repositoryId: REPOSITORY_ID,
    viewer: toUser(ACCOUNTS.driftd),
    mayAdministrate: false,
    rules: [],
    faults,
    pulls: () => hosted.pulls.map((pull) => toPull(pull, hosted)),
    open: (branch, base) =>
      toPull(hosted.open({ branch, base, author: ACCOUNTS.driftd, isFromFork: false }), hosted),
    close(number) {
      const pull = at(number)
      if (pull.state === 'open') pull.state = 'closed'
    },
    pullsOfCommit: (commit) =>
      hosted.pulls.filter(({ brought }) => brought.includes(commit)).map(({ number }) => number),
    reviews: (number) => at(number).words.map(toReview),
    commits: (number) =>
      hosted.commitsOf(at(number)).map(({ id, parents, author }) => ({
        sha: id,
        author: toUser(author),
        committer: toUser(author),
        parents: parents.map((sha) => ({ sha })),
      })),
    files: (number) =>
      hosted
        .filesOf(at(number))
        .map(({ path, letter }) => ({ filename: path, status: STATUSES[letter] ?? 'changed' })),
    comments: (number) => at(number).notes,
    reviewDecision: () => null,
    blobAt: hosted.blobAt,
    pushes: (ref) =>
      hosted.pulls
        .filter(({ branch }) => ref === `refs/heads/${branch}`)
        .flatMap(({ pushes }) =>
          pushes.map(({ after, actor }) => ({ after, actor: actor && toUser(actor) })),
        ),
    permissionOf(login) {
      const [account, permission] = [...hosted.rights].find(([one]) => one.login === login) ?? []
      return account === undefined || permission === undefined ? null : { permission, user: toUser(account) }
    },
    isInTeam: () => false,
  }
}

const STATUSES: Readonly<Record<string, string>> = { A: 'added', M: 'modified', D: 'removed' }

function toPull(pull: HostedPull, hosted: HostedForge): Pull {
  const { id, number, state, mergedAt, author, base, branch, isFromFork } = pull
  return {
    id,
    number,
    state: state === 'open' ? 'open' : 'closed',
    merged_at: mergedAt,
    user: toUser(author),
    base: { ref: base, repo: { id: REPOSITORY_ID } },
    head: {
      sha: hosted.headOf(pull),
      ref: branch,
      repo: { id: isFromFork ? FORK_ID : REPOSITORY_ID },
    },
  }
}

const REVIEW_STATES = {
  approved: 'APPROVED',
  'changes-requested': 'CHANGES_REQUESTED',
  comment: 'COMMENTED',
  withdrawn: 'DISMISSED',
} as const

function toReview({ account, kind, commit, at }: HostedPull['words'][number]): Review {
  const user = account === null ? null : toUser(account)
  return { user, state: REVIEW_STATES[kind], commit_id: commit, submitted_at: at }
}

function toUser({ id, login, isBot }: Account): User {
  return { id, login, type: isBot ? 'Bot' : 'User' }
}
