import { z } from 'zod'
import { DriftError } from '../../domain/errors.js'
import type { History } from '../../git/history.js'
import { TOO_MUCH } from '../answer-advice.js'
import type { ForgeEvidence, MergedPullRequest, MergedRequest } from '../forge.js'
import { isTrustedHead } from '../trusted-head.js'
import type { GitHubApi } from './github-api.js'
import {
  activitySchema,
  commitSchema,
  contentSchema,
  decisionSchema,
  fileSchema,
  type GitHubCommit,
  type GitHubPullRequest,
  pullRequestSchema,
  repositorySchema,
} from './github-documents.js'
import { readApprovals } from './read-approvals.js'

/** What evidence is gathered with. */
export interface EvidenceRequest {
  readonly api: GitHubApi
  readonly history: History
  readonly approvers: readonly string[]
  /** The account that the token belongs to; null for an app, which is no account. */
  readonly ownId: number | null
  readonly signal: AbortSignal
}

/** A file that was added is touched by its merge and its commit, perhaps by a revert and another: more is no request. */
const MAX_COMMITS_OF_FILE = 20
/** GitHub lists 250 commits of a pull request and is silent about more. */
const MAX_COMMITS_OF_PULL = 250

/** How a request's file came to the tracked branch, from every page of everything. Throws FORGE_FAILED: that means no. */
export async function readEvidence(merged: MergedRequest, request: EvidenceRequest): Promise<ForgeEvidence> {
  const { api, history, signal } = request
  const commits = await history.commitsBetween(merged.baseCommit, merged.tip)
  const touching = commits.filter(({ files }) => files.some(({ path }) => path === merged.path))
  if (touching.length > MAX_COMMITS_OF_FILE)
    throw new DriftError(
      'FORGE_FAILED',
      `${touching.length} commits touch ${merged.path}, and a request has one: ${TOO_MUCH}`,
    )
  const pulls = new Map<number, GitHubPullRequest>()
  for (const { id } of touching) {
    for (const pull of await pullsOf(id, api, signal)) pulls.set(pull.id, pull)
  }
  const repository = await api.get({
    what: 'the repository',
    route: 'GET /repos/{owner}/{repo}',
    schema: repositorySchema,
    signal,
  })
  const pullRequests: MergedPullRequest[] = []
  for (const pull of [...pulls.values()].filter(({ merged_at }) => merged_at !== null))
    pullRequests.push(await describePull(pull, { ...request, merged, repositoryId: repository.id }))
  return { pullRequests }
}

function pullsOf(
  commit_sha: string,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<readonly GitHubPullRequest[]> {
  return api.list({
    what: `the pull requests of commit ${commit_sha}`,
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    parameters: { commit_sha },
    schema: pullRequestSchema,
    signal,
  })
}

interface PullContext extends EvidenceRequest {
  readonly merged: MergedRequest
  readonly repositoryId: number
}

async function describePull(pull: GitHubPullRequest, context: PullContext): Promise<MergedPullRequest> {
  const { api, approvers, merged, repositoryId, signal } = context
  const { number, head, base } = pull
  const commits = await commitsOf(number, api, signal)
  const { pushedCommit } = merged.pullRequest
  const known = commits.map((commit) => ({ id: commit.sha, parents: commit.parents.map(({ sha }) => sha) }))
  const isHeadTrusted = await isTrustedHead(head.sha, pushedCommit, {
    ...context,
    commits: known,
    tip: merged.tip,
  })
  const lastPusher = head.sha === pushedCommit ? null : await lastPusherOf(pull, api, signal)
  return {
    pullRequest: { id: idOf(pull), url: pull.html_url, pushedCommit },
    isMerged: pull.merged_at !== null,
    mergedAt: pull.merged_at,
    baseBranch: base.ref,
    isFromFork: head.repo?.id !== base.repo.id,
    isSameRepository: base.repo.id === repositoryId,
    headCommit: head.sha,
    isHeadTrusted,
    lastPusher,
    files: await filesOf(number, api, signal),
    approvalFiles: [],
    blobAtHead: await blobAt(head.sha, merged.path, api, signal),
    excludedIdentities: excluded(pull, { commits, lastPusher, ownId: context.ownId }),
    approvals: await readApprovals({ api, number, approvers, signal }),
    // every review says which commit it was given for
    dropsApprovalsOnPush: false,
    veto: await vetoOf(number, api, signal),
  }
}

/** Number and id: the number is what the API asks by, the id is what a transferred repository keeps. */
export function idOf({ number, id }: Pick<GitHubPullRequest, 'number' | 'id'>): string {
  return `${number}:${id}`
}

async function commitsOf(
  number: number,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<readonly GitHubCommit[]> {
  const commits = await api.list({
    what: `the commits of pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
    parameters: { pull_number: number },
    schema: commitSchema,
    signal,
  })
  if (commits.length < MAX_COMMITS_OF_PULL) return commits
  throw new DriftError(
    'FORGE_FAILED',
    `pull request ${number} has more commits than GitHub lists: ${TOO_MUCH}`,
  )
}

async function filesOf(
  number: number,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<MergedPullRequest['files']> {
  const files = await api.list({
    what: `the files of pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    parameters: { pull_number: number },
    schema: fileSchema,
    signal,
  })
  return files.map(({ filename: path, status }) => ({
    path,
    status: status === 'added' || status === 'removed' || status === 'renamed' ? status : 'modified',
  }))
}

async function blobAt(
  ref: string,
  path: string,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await api.find({
    what: `${path} at the head of its pull request`,
    route: 'GET /repos/{owner}/{repo}/contents/{path}',
    parameters: { path, ref },
    schema: contentSchema,
    signal,
  })
  return found?.type === 'file' ? found.sha : null
}

async function lastPusherOf(
  { head, number }: GitHubPullRequest,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<string | null> {
  // this list has cursors instead of pages; the head was pushed lately, or nobody can say by whom
  const pushes = await api.get({
    what: `who pushed to the branch of pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/activity',
    parameters: { ref: `refs/heads/${head.ref}`, per_page: 100 },
    schema: z.array(activitySchema),
    signal,
  })
  const last = pushes.find(({ after }) => after === head.sha)
  return last?.actor === undefined || last.actor === null ? null : String(last.actor.id)
}

function excluded(
  pull: GitHubPullRequest,
  known: {
    readonly commits: readonly GitHubCommit[]
    readonly lastPusher: string | null
    readonly ownId: number | null
  },
): readonly string[] {
  const ids = [
    pull.user?.id,
    known.ownId,
    ...known.commits.flatMap(({ author, committer }) => [author?.id, committer?.id]),
  ]
  const texts = ids.flatMap((id) => (id === undefined || id === null ? [] : [String(id)]))
  return [...new Set([...texts, ...(known.lastPusher === null ? [] : [known.lastPusher])])]
}

const DECISION = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) { reviewDecision } }
}`

async function vetoOf(number: number, api: GitHubApi, signal: AbortSignal): Promise<string | null> {
  const { data } = await api.get({
    what: `the review decision of pull request ${number}`,
    route: 'POST /graphql',
    parameters: {
      baseUrl: api.graphqlUrl,
      query: DECISION,
      variables: { owner: api.owner, repo: api.repo, number },
    },
    schema: decisionSchema,
    signal,
  })
  const decision = data.repository.pullRequest.reviewDecision
  if (decision === 'CHANGES_REQUESTED') return 'changes are requested'
  return decision === 'REVIEW_REQUIRED' ? 'a review that its rules require is missing' : null
}
