import { answerProblem, findOperation, requestProblem, sampleAnswer } from './github-openapi.js'
import { type ReceivedRequest, type Receiver, type Reply, startReceiver } from './http-receiver.js'

/** A person, an app or a bot on the fake GitHub. */
export interface User {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot'
}

/** A pull request with everything that is said about it. */
export interface Pull {
  readonly id: number
  readonly number: number
  readonly state: 'open' | 'closed'
  readonly merged_at: string | null
  readonly user: User
  readonly base: { readonly ref: string; readonly repo: { readonly id: number } }
  readonly head: {
    readonly sha: string
    readonly ref: string
    readonly repo: { readonly id: number } | null
  }
}

/** What is on the server. Tests change it; the server reads it anew for each request. */
export interface GitHubState {
  repositoryId: number
  viewer: User
  pulls: Pull[]
  /** Pull requests by the commits that they brought. */
  pullsOfCommit: Record<string, readonly number[]>
  reviews: { user: User | null; state: string; commit_id: string; submitted_at: string }[]
  commits: {
    sha: string
    author: User | null
    committer: User | null
    parents: readonly { sha: string }[]
  }[]
  files: { filename: string; status: string }[]
  blobAtHead: string | null
  permissions: Record<string, string>
  teams: Record<string, readonly string[]>
  pushes: { after: string; actor: User | null }[]
  comments: { id: number; body: string }[]
  reviewDecision: string | null
  rules: object[]
  mayAdministrate: boolean
  /** Answers instead of the usual ones: by `METHOD route`, and the page where there are several. */
  faults: Record<string, Reply>
}

/** A fake GitHub on loopback that keeps state; requests and answers are held against GitHub's own description. */
export interface GitHubWorld {
  readonly state: GitHubState
  readonly receiver: Receiver
  /** What did not fit the description, on either side: to be empty at the end of every test. */
  readonly problems: readonly string[]
}

const REPOSITORY = '/repos/{owner}/{repo}'
const PULL = `${REPOSITORY}/pulls/{pull_number}`
const PAGE_SIZE = 100

/** Starts one. */
export async function startGitHub(state: GitHubState): Promise<GitHubWorld> {
  const problems: string[] = []
  const receiver = await startReceiver((request) => {
    const reply = answer(state, request, problems)
    return reply
  })
  return { state, receiver, problems }
}

function answer(state: GitHubState, request: ReceivedRequest, problems: string[]): Reply {
  const { method, path: target } = request
  const { pathname, searchParams: query } = new URL(target, 'http://github')
  if (request.headers.authorization !== 'token github-canary-token')
    return json(401, { message: 'Bad credentials' })
  const body: unknown = request.body === '' ? undefined : JSON.parse(request.body)
  if (pathname === '/graphql') return json(200, graphql(state))
  const operation = findOperation(method, pathname)
  if (operation === null) {
    problems.push(`${method} ${pathname} is nothing that GitHub has`)
    return json(404, { message: 'Not Found' })
  }
  const key = `${method} ${operation.route}`
  const page = Number(query.get('page') ?? 1)
  const fault = state.faults[`${key} page ${page}`] ?? state.faults[key]
  if (fault !== undefined) return fault
  const problem = requestProblem(method, operation.route, { query, body })
  if (problem !== null) problems.push(problem)
  const own = handle(state, { key, parameters: operation.parameters, query, body })
  if (own === null) return json(404, { message: 'Not Found' })
  const whole = complete(method, operation.route, own, page)
  const wrong = answerProblem(method, operation.route, whole)
  if (wrong !== null) problems.push(wrong)
  return json(method === 'POST' ? 201 : 200, whole)
}

interface Asked {
  readonly key: string
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}

/** The properties that matter of an answer; null for 404. */
function handle(
  state: GitHubState,
  { key, parameters, query, body }: Asked,
): object | readonly object[] | null {
  const { pull_number, username = '', team_slug = '', commit_sha = '' } = parameters
  const pull = state.pulls.find(({ number }) => number === Number(pull_number)) ?? null
  switch (key) {
    case 'GET /user':
      return { ...state.viewer, two_factor_authentication: true }
    case `GET ${REPOSITORY}`:
      return { id: state.repositoryId, default_branch: 'main', permissions: permissionsOf(state) }
    case `GET ${REPOSITORY}/pulls`:
      return state.pulls.filter(({ head }) => query.get('head')?.endsWith(`:${head.ref}`))
    case `POST ${REPOSITORY}/pulls`:
      return openPull(state, body as { head: string; base: string })
    case `GET ${PULL}`:
      return pull
    case `PATCH ${PULL}`:
      return closePull(state, pull)
    case `GET ${PULL}/reviews`:
      return state.reviews
    case `GET ${PULL}/commits`:
      return state.commits
    case `GET ${PULL}/files`:
      return state.files
    case `GET ${REPOSITORY}/commits/{commit_sha}/pulls`:
      return (state.pullsOfCommit[commit_sha] ?? []).flatMap((number) =>
        state.pulls.filter((one) => one.number === number),
      )
    case `GET ${REPOSITORY}/contents/{path}`:
      return state.blobAtHead === null ? null : { type: 'file', encoding: 'base64', sha: state.blobAtHead }
    case `GET ${REPOSITORY}/activity`:
      return state.pushes
    case `GET ${REPOSITORY}/collaborators/{username}/permission`:
      return permissionOf(state, username)
    case 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}':
      return state.teams[team_slug]?.includes(username) ? { state: 'active', role: 'member' } : null
    case `GET ${REPOSITORY}/issues/{issue_number}/comments`:
      return state.comments
    case `POST ${REPOSITORY}/issues/{issue_number}/comments`:
      return addComment(state, (body as { body: string }).body)
    case `PATCH ${REPOSITORY}/issues/comments/{comment_id}`:
      return editComment(state, Number(parameters.comment_id), (body as { body: string }).body)
    case `GET ${REPOSITORY}/rules/branches/{branch}`:
      return state.rules
    default:
      return null
  }
}

function complete(method: string, route: string, own: object | readonly object[], page: number): unknown {
  if (!Array.isArray(own)) return sampleAnswer(method, route, own)
  const shown = own.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) as readonly object[]
  // a rule is one of many shapes: it is written whole
  if (route.endsWith('/rules/branches/{branch}')) return shown
  return shown.map((item) => sampleAnswer(method, route, item))
}

function permissionsOf({ mayAdministrate }: GitHubState): object {
  return { admin: mayAdministrate, push: true, pull: true, maintain: false, triage: true }
}

function permissionOf(state: GitHubState, login: string): object | null {
  const permission = state.permissions[login]
  const user = state.reviews.find((review) => review.user?.login === login)?.user ?? null
  return permission === undefined || user === null ? null : { permission, role_name: permission, user }
}

function openPull(state: GitHubState, { head, base }: { head: string; base: string }): Pull {
  const number = 1 + Math.max(0, ...state.pulls.map((one) => one.number))
  const repo = { id: state.repositoryId }
  const pull: Pull = {
    id: 9000 + number,
    number,
    state: 'open',
    merged_at: null,
    user: state.viewer,
    base: { ref: base, repo },
    head: { sha: 'a'.repeat(40), ref: head, repo },
  }
  state.pulls.push(pull)
  return pull
}

function closePull(state: GitHubState, pull: Pull | null): Pull | null {
  if (pull === null) return null
  const closed: Pull = { ...pull, state: 'closed' }
  state.pulls = state.pulls.map((one) => (one.number === pull.number ? closed : one))
  return closed
}

function addComment(state: GitHubState, body: string): object {
  const comment = { id: state.comments.length + 1, body }
  state.comments.push(comment)
  return comment
}

function editComment(state: GitHubState, id: number, body: string): object | null {
  const comment = state.comments.find((one) => one.id === id)
  if (comment === undefined) return null
  comment.body = body
  return comment
}

function graphql({ reviewDecision }: GitHubState): object {
  return { data: { repository: { pullRequest: { reviewDecision } } } }
}

function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  }
}
