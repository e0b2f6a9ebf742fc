import { DriftError } from '../../domain/errors.js'
import type { PullRequest } from '../../domain/request.js'
import { createFetch } from '../../lib/fetch-adapter.js'
import { createHttpClient } from '../../lib/http.js'
import type { Forge, ForgeProposal, PullRequestView } from '../forge.js'
import type { ForgeParts, ForgePlugin } from '../forge-plugin.js'
import { examineGitHub } from './examine-github.js'
import { createAccess, type GitHubAccess } from './github-access.js'
import type { GitHubApi } from './github-api.js'
import { commentSchema, type GitHubPullRequest, pullRequestSchema } from './github-documents.js'
import { type GitHubOptions, gitHubProblem, gitHubShape } from './options.js'
import { readApprovals } from './read-approvals.js'
import { idOf, readEvidence } from './read-evidence.js'

const TIMEOUT_MS = 30_000
/** A page of a hundred files with their patches. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024

/** GitHub and GitHub Enterprise, by a token or as an app (docs/remediation.md says which rights it needs). */
export const gitHub: ForgePlugin = {
  type: 'github',
  optionsShape: gitHubShape,
  problemOf: gitHubProblem,
  async create(parts) {
    const options = parts.options as GitHubOptions
    const { allowPrivate } = options
    const limits = { timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_RESPONSE_BYTES, allowPrivate }
    return createGitHub(
      createAccess(options, parts, createFetch(createHttpClient({ env: parts.env }), limits)),
      parts,
    )
  },
}

function createGitHub(access: GitHubAccess, parts: ForgeParts): Forge {
  const { approvers, branches, history } = parts
  return {
    type: gitHub.type,
    async propose(proposal, signal) {
      const { branch, path, content, baseCommit, createdAt: at, title } = proposal
      const request = { branch, baseCommit, files: [{ path, content }], message: title, at }
      const pushedCommit = await branches.push(request, signal)
      return openPull(await access.open(signal), { proposal, pushedCommit, signal })
    },
    approvalSteps: ({ branch, baseBranch }) => [
      `Approve the pull request of \`${branch}\` by a review, then merge it into \`${baseBranch}\` by any method.`,
    ],
    async stateOf({ pullRequest }, signal) {
      const api = await access.open(signal)
      const pull = await pullOf(pullRequest, api, signal)
      if (pull === null) return { state: 'missing', headCommit: null, approvals: [] }
      const approvals = await readApprovals({ api, number: pull.number, approvers, signal })
      return { state: stateOf(pull), headCommit: pull.head.sha, approvals }
    },
    async evidence(merged, signal) {
      const api = await access.open(signal)
      const ownId = await access.readOwnId(api, signal)
      return readEvidence(merged, { api, history, approvers, ownId, signal })
    },
    async comment(pullRequest, marker, text, signal) {
      await writeComment(await access.open(signal), { number: numberOf(pullRequest), marker, text, signal })
    },
    async close(pullRequest, reason, signal) {
      const api = await access.open(signal)
      const number = numberOf(pullRequest)
      if ((await pullOf(pullRequest, api, signal))?.state !== 'open') return
      await writeComment(api, { number, marker: 'closed', text: reason, signal })
      await api.get({
        what: `closing pull request ${number}`,
        route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
        parameters: { pull_number: number, state: 'closed' },
        schema: pullRequestSchema,
        signal,
      })
    },
    examine: (signal) => examineGitHub(access, { ...parts, signal }),
  }
}

/** The one pull request of the branch, whatever its state; made where there is none. */
async function openPull(
  api: GitHubApi,
  of: { readonly proposal: ForgeProposal; readonly pushedCommit: string; readonly signal: AbortSignal },
): Promise<PullRequest> {
  const { proposal, pushedCommit, signal } = of
  const [known] = await api.list({
    what: `the pull requests of the branch ${proposal.branch}`,
    route: 'GET /repos/{owner}/{repo}/pulls',
    parameters: { head: `${api.owner}:${proposal.branch}`, state: 'all' },
    schema: pullRequestSchema,
    signal,
  })
  const pull = known ?? (await makePull(api, proposal, signal))
  return { id: idOf(pull), url: pull.html_url, pushedCommit }
}

function makePull(api: GitHubApi, proposal: ForgeProposal, signal: AbortSignal): Promise<GitHubPullRequest> {
  const { branch: head, baseBranch: base, title, body } = proposal
  return api.get({
    what: `opening a pull request for the branch ${head}`,
    route: 'POST /repos/{owner}/{repo}/pulls',
    parameters: { head, base, title, body, maintainer_can_modify: false },
    schema: pullRequestSchema,
    signal,
  })
}

async function pullOf(
  pullRequest: PullRequest,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<GitHubPullRequest | null> {
  const number = numberOf(pullRequest)
  const pull = await api.find({
    what: `pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    parameters: { pull_number: number },
    schema: pullRequestSchema,
    signal,
  })
  if (pull === null || idOf(pull) === pullRequest.id) return pull
  throw new DriftError(
    'FORGE_FAILED',
    `pull request ${number} is not the one that was opened: was the repository made anew?`,
  )
}

function stateOf({ state, merged_at }: GitHubPullRequest): PullRequestView['state'] {
  return merged_at === null ? state : 'merged'
}

function numberOf({ id }: PullRequest): number {
  return Number(id.split(':')[0])
}

async function writeComment(
  api: GitHubApi,
  comment: {
    readonly number: number
    readonly marker: string
    readonly text: string
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { number, marker, text, signal } = comment
  const hidden = `<!-- driftd:${marker} -->`
  const asked = { what: `the comments of pull request ${number}`, schema: commentSchema, signal }
  const comments = await api.list({
    ...asked,
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { issue_number: number },
  })
  const known = comments.find(({ body }) => body?.startsWith(hidden))
  const body = `${hidden}\n${text}`
  if (known === undefined) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    await api.get({ ...asked, route, parameters: { issue_number: number, body } })
  } else {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
    await api.get({ ...asked, route, parameters: { comment_id: known.id, body } })
  }
}
