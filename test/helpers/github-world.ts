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

/** What a reviewer said. */
export interface Review {
  readonly user: User | null
  readonly state: string
  readonly commit_id: string
  readonly submitted_at: string
}

/** What is on the server: asked anew for each request. Pull requests are known by their number. */
export interface GitHubState {
  readonly repositoryId: number
  /** Whose token it is; null for that of an app, which may not ask. */
  readonly viewer: User | null
  readonly mayAdministrate: boolean
  readonly rules: readonly object[]
  /** Answers instead of the usual ones: by `METHOD route`, and the page where there are several. */
  readonly faults: Record<string, Reply>
  pulls(): readonly Pull[]
  open(head: string, base: string): Pull
  close(number: number): void
  /** Of pull requests that brought a commit. */
  pullsOfCommit(commit: string): readonly number[]
  reviews(number: number): readonly Review[]
  commits(number: number): readonly {
    readonly sha: string
    readonly author: User | null
    readonly committer: User | null
    readonly parents: readonly { readonly sha: string }[]
  }[]
  files(number: number): readonly { readonly filename: string; readonly status: string }[]
  /** Those that are there: the server adds and changes. */
  comments(number: number): { readonly id: number; body: string }[]
  reviewDecision(number: number): string | null
  blobAt(commit: string, path: string): string | null
  pushes(ref: string): readonly { readonly after: string; readonly actor: User | null }[]
  permissionOf(login: string): { readonly permission: string; readonly user: User } | null
  isInTeam(team: string, login: string): boolean
  /** The door for apps; absent: there is only the token. */
  readonly app?: GitHubAppDoor
}

/** How a fake GitHub knows an app. */
export interface GitHubAppDoor {
  /** False: 401. */
  admits(authorization: string, key: string): boolean
  /** The answer to what only an app asks; null: 404. */
  answer(
    key: string,
    asked: { readonly parameters: Asked['parameters']; readonly body: unknown },
  ): object | null
}

/** A fake GitHub on loopback that keeps state; requests and answers are held against GitHub's own description. */
export interface GitHubWorld<State extends GitHubState = GitHubState> {
  readonly state: State
  readonly receiver: Receiver
  /** What did not fit the description, on either side: to be empty at the end of every test. */
  readonly problems: readonly string[]
}

/** What it knows its visitor by. */
export const GITHUB_TOKEN = 'github-canary-token'

const REPOSITORY = '/repos/{owner}/{repo}'
const PULL = `${REPOSITORY}/pulls/{pull_number}`
const PAGE_SIZE = 100

/** Starts one. */
export async function startGitHub<State extends GitHubState>(state: State): Promise<GitHubWorld<State>> {
  const problems: string[] = []
  const receiver = await startReceiver((request) => answer(state, request, problems))
  return { state, receiver, problems }
}

function answer(state: GitHubState, request: ReceivedRequest, problems: string[]): Reply {
  const { method, path: target } = request
  const { pathname, searchParams: query } = new URL(target, 'http://github')
  const body: unknown = request.body === '' ? undefined : JSON.parse(request.body)
  const authorization = request.headers.authorization ?? ''
  const refused = json(401, { message: 'Bad credentials' })
  if (pathname === '/graphql') {
    const isIn = isAdmitted(state, authorization, 'POST /graphql')
    return isIn ? json(200, graphql(state, body as GraphqlBody)) : refused
  }
  const operation = findOperation(method, pathname)
  if (operation === null) {
    problems.push(`${method} ${pathname} is nothing that GitHub has`)
    return json(404, { message: 'Not Found' })
  }
  const key = `${method} ${operation.route}`
  if (!isAdmitted(state, authorization, key)) return refused
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

function isAdmitted({ app }: GitHubState, authorization: string, key: string): boolean {
  return app === undefined ? authorization === `token ${GITHUB_TOKEN}` : app.admits(authorization, key)
}

/** The properties that matter of an answer; null for 404. */
function handle(state: GitHubState, asked: Asked): object | readonly object[] | null {
  const { key, parameters, query, body } = asked
  const { username = '', team_slug = '', commit_sha = '', path = '' } = parameters
  const number = Number(parameters.pull_number ?? parameters.issue_number)
  const find = (wanted: number): Pull | null => state.pulls().find((pull) => pull.number === wanted) ?? null
  switch (key) {
    case 'GET /user':
      return state.viewer === null ? null : { ...state.viewer, two_factor_authentication: true }
    case `GET ${REPOSITORY}`:
      return { id: state.repositoryId, default_branch: 'main', permissions: permissionsOf(state) }
    case `GET ${REPOSITORY}/pulls`:
      return state.pulls().filter(({ head }) => isOf(state, head, query.get('head') ?? ''))
    case `POST ${REPOSITORY}/pulls`:
      return openPull(state, body as { head: string; base: string })
    case `GET ${PULL}`:
      return find(number)
    case `PATCH ${PULL}`:
      state.close(number)
      return find(number)
    case `GET ${PULL}/reviews`:
      return state.reviews(number)
    case `GET ${PULL}/commits`:
      return state.commits(number)
    case `GET ${PULL}/files`:
      return state.files(number)
    case `GET ${REPOSITORY}/commits/{commit_sha}/pulls`:
      return state.pullsOfCommit(commit_sha).flatMap((one) => find(one) ?? [])
    case `GET ${REPOSITORY}/contents/{path}`:
      return fileOf(state.blobAt(query.get('ref') ?? '', path))
    case `GET ${REPOSITORY}/activity`:
      return state.pushes(query.get('ref') ?? '')
    case `GET ${REPOSITORY}/collaborators/{username}/permission`:
      return permissionOf(state, username)
    case 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}':
      return state.isInTeam(team_slug, username) ? { state: 'active', role: 'member' } : null
    case `GET ${REPOSITORY}/issues/{issue_number}/comments`:
      return state.comments(number)
    case `POST ${REPOSITORY}/issues/{issue_number}/comments`:
      return addComment(state, number, (body as { body: string }).body)
    case `PATCH ${REPOSITORY}/issues/comments/{comment_id}`:
      return editComment(state, Number(parameters.comment_id), (body as { body: string }).body)
    case `GET ${REPOSITORY}/rules/branches/{branch}`:
      return state.rules
    default:
      return state.app?.answer(key, asked) ?? null
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

/** `owner:branch` of this repository; a branch of the same name in a fork has another owner. */
function isOf({ repositoryId }: GitHubState, head: Pull['head'], asked: string): boolean {
  return head.repo?.id === repositoryId && asked === `acme:${head.ref}`
}

function fileOf(sha: string | null): object | null {
  return sha === null ? null : { type: 'file', encoding: 'base64', sha }
}

function permissionOf(state: GitHubState, login: string): object | null {
  const found = state.permissionOf(login)
  return found === null ? null : { ...found, role_name: found.permission }
}

/** GitHub has one pull request at most for a branch. */
function openPull(state: GitHubState, { head, base }: { head: string; base: string }): Pull | null {
  return state.pulls().some((pull) => isOf(state, pull.head, `acme:${head}`)) ? null : state.open(head, base)
}

function addComment(state: GitHubState, number: number, body: string): object {
  const comments = state.comments(number)
  const comment = { id: number * 1_000 + comments.length, body }
  comments.push(comment)
  return comment
}

function editComment(state: GitHubState, id: number, body: string): object | null {
  const comments = state.pulls().flatMap(({ number }) => state.comments(number))
  const comment = comments.find((one) => one.id === id)
  if (comment === undefined) return null
  comment.body = body
  return comment
}

interface GraphqlBody {
  readonly variables: { readonly number: number }
}

function graphql(state: GitHubState, { variables }: GraphqlBody): object {
  const reviewDecision = state.reviewDecision(variables.number)
  return { data: { repository: { pullRequest: { reviewDecision } } } }
}

function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  }
}
