import { Octokit } from '@octokit/rest'
import type { z } from 'zod'
import { DriftError } from '../../domain/errors.js'
import type { Clock } from '../../lib/clock.js'
import type { FetchLike } from '../../lib/fetch-adapter.js'
import { adviseOn, NOT_THE_API, type RefusedAnswer, TOO_MUCH } from '../answer-advice.js'

/** One repository of GitHub, asked as somebody. */
export interface GitHubApi {
  readonly owner: string
  readonly repo: string
  /** Where GraphQL is: on an Enterprise server not below the REST API. */
  readonly graphqlUrl: string
  /** One answer, parsed. Throws FORGE_FAILED. */
  get<T>(ask: GitHubAsk<T>): Promise<T>
  /** The same, but null where GitHub answers 404 or one of `absent`. */
  find<T>(ask: GitHubAsk<T>, absent?: readonly number[]): Promise<T | null>
  /** Every page of a list. Throws FORGE_FAILED where one is missing, or where there is no end of them. */
  list<T>(ask: GitHubAsk<T>): Promise<readonly T[]>
}

/** What is asked, in words for people, and what the answer must be. */
export interface GitHubAsk<T> {
  /** `the reviews of pull request 7`. */
  readonly what: string
  /** As GitHub's reference writes it: `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly route: string
  /** Beside owner and repo. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Of the answer, or of one element of a list. */
  readonly schema: z.ZodType<T>
  /** What a status means here, where it is something else than usual. */
  readonly advice?: Readonly<Record<number, string>>
  readonly signal: AbortSignal
}

/** How a repository is reached. */
export interface GitHubAddress {
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
  /** `https://api.github.com`, or that of an Enterprise server: `https://HOST/api/v3`. */
  readonly apiUrl: string
  readonly fetch: FetchLike
  readonly clock: Clock
  /** Called when GitHub says that the token is none (any more). */
  readonly onRefused?: () => void
}

/** A page has a hundred; nothing that is asked for has ten thousand. */
const PAGE_SIZE = 100
const MAX_PAGES = 100

/** GitHub by its official client, over driftd's own way out. */
export function createGitHubApi(address: GitHubAddress): GitHubApi {
  const { repository, token, apiUrl, fetch, clock } = address
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'driftd',
    request: { fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  const request = async (ask: GitHubAsk<unknown>, page?: number): Promise<unknown> => {
    const paging = page === undefined ? {} : { per_page: PAGE_SIZE, page }
    // what a route has no place for would go into the query
    const place = ask.route.includes('{owner}') ? { owner, repo } : {}
    const parameters = { ...place, ...ask.parameters, ...paging, request: { signal: ask.signal } }
    const { data } = await octokit.request(ask.route, parameters)
    // what is no JSON is handed over as text
    if (typeof data === 'string') throw failed(repository, ask, NOT_THE_API)
    return data
  }
  const refuse = (ask: GitHubAsk<unknown>, error: unknown): never => {
    ask.signal.throwIfAborted()
    if (error instanceof DriftError && error.code === 'FORGE_FAILED') throw error
    if (statusOf(error) === UNAUTHORIZED) address.onRefused?.()
    throw failed(repository, ask, explain(error, ask, clock))
  }
  const get = async <T>(ask: GitHubAsk<T>): Promise<T> => {
    const data = await request(ask).catch((error: unknown) => refuse(ask, error))
    return parse(repository, ask, data)
  }
  return {
    owner,
    repo,
    graphqlUrl: apiUrl.replace(/\/api\/v3\/?$/, '/api'),
    get,
    async find(ask, absent = []) {
      const data = await request(ask).catch((error: unknown) =>
        [NOT_FOUND, ...absent].includes(statusOf(error) ?? 0) ? null : refuse(ask, error),
      )
      return data === null ? null : parse(repository, ask, data)
    },
    async list(ask) {
      const found = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const data = await request(ask, page).catch((error: unknown) => refuse(ask, error))
        if (!Array.isArray(data)) throw failed(repository, ask, NOT_THE_API)
        found.push(...data.map((item) => parse(repository, ask, item)))
        if (data.length < PAGE_SIZE) return found
      }
      throw failed(repository, ask, `there are more than ${MAX_PAGES} pages: ${TOO_MUCH}`)
    },
  }
}

const UNAUTHORIZED = 401
const NOT_FOUND = 404

function parse<T>(repository: string, ask: GitHubAsk<T>, data: unknown): T {
  const parsed = ask.schema.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw failed(
    repository,
    ask,
    `the answer is not what it should be (${issue?.path.join('.') || 'as a whole'}): check apiUrl, or update driftd`,
  )
}

function explain(error: unknown, { advice = {} }: GitHubAsk<unknown>, clock: Clock): string {
  const { response, cause } = error as Partial<RequestFailure>
  if (response === undefined) return cause instanceof DriftError ? cause.message : 'there was no answer'
  return `GitHub answered ${response.status}: ${advice[response.status] ?? adviseOn(response, clock)}`
}

/** As the client throws it; without an answer where there was none. */
interface RequestFailure {
  readonly response?: RefusedAnswer
  readonly cause: unknown
}

function statusOf(error: unknown): number | null {
  const status = (error as { readonly status?: unknown } | null)?.status
  return typeof status === 'number' ? status : null
}

/** The words of an answer stand in no message: they are the other side's. */
function failed(repository: string, { what }: GitHubAsk<unknown>, why: string): DriftError {
  return new DriftError('FORGE_FAILED', `${what} of ${repository} could not be had from GitHub: ${why}`)
}

function silent(): void {}
