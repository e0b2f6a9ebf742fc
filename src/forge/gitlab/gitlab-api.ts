import type { z } from 'zod'
import { DriftError } from '../../domain/errors.js'
import type { Clock } from '../../lib/clock.js'
import type { HttpClient, HttpResponse } from '../../lib/http.js'
import { adviseOn, NOT_THE_API, TOO_MUCH } from '../answer-advice.js'

/** One project of GitLab, asked as somebody. */
export interface GitLabApi {
  /** `group/project`. */
  readonly project: string
  /** One answer, parsed. Throws FORGE_FAILED. */
  get<T>(ask: GitLabAsk<T>): Promise<T>
  /** The same, but null where GitLab answers 404, or 403 for what a licence does not have. */
  find<T>(ask: GitLabAsk<T>): Promise<T | null>
  /** Every page of a list. Throws FORGE_FAILED where one is missing, or where there is no end of them. */
  list<T>(ask: GitLabAsk<T>): Promise<readonly T[]>
}

/** What is asked, in words for people, and what the answer must be. */
export interface GitLabAsk<T> {
  /** `the approvals of merge request 7`. */
  readonly what: string
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT'
  /** Below `/projects/ID`; one that begins with `/` is below the API itself. Parts are encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  /** Of the answer, or of one element of a list. */
  readonly schema: z.ZodType<T>
  readonly signal: AbortSignal
}

/** How a project is reached. */
export interface GitLabAddress {
  readonly project: string
  readonly token: string
  /** `https://gitlab.com/api/v4`. */
  readonly apiUrl: string
  readonly http: HttpClient
  readonly allowPrivate: boolean
  readonly clock: Clock
}

const TIMEOUT_MS = 30_000
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024
const PAGE_SIZE = 100
const MAX_PAGES = 100
const ABSENT: ReadonlySet<number> = new Set([403, 404])

/** GitLab's REST API v4, over driftd's own way out: a dozen calls, for which no client is needed. */
export function createGitLabApi(address: GitLabAddress): GitLabApi {
  const { project } = address
  return {
    project,
    async get(ask) {
      const response = await send(address, ask)
      return parse(project, ask, ask.schema, readJson(address, ask, response))
    },
    async find(ask) {
      const response = await send(address, ask)
      if (ABSENT.has(response.status)) return null
      return parse(project, ask, ask.schema, readJson(address, ask, response))
    },
    async list(ask) {
      const found = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const query = { ...ask.query, per_page: String(PAGE_SIZE), page: String(page) }
        const data = readJson(address, ask, await send(address, { ...ask, query }))
        if (!Array.isArray(data)) throw failed(project, ask, NOT_THE_API)
        found.push(...data.map((item) => parse(project, ask, ask.schema, item)))
        if (data.length < PAGE_SIZE) return found
      }
      throw failed(project, ask, `there are more than ${MAX_PAGES} pages: ${TOO_MUCH}`)
    },
  }
}

async function send(address: GitLabAddress, ask: GitLabAsk<unknown>): Promise<HttpResponse> {
  const { apiUrl, project, token, allowPrivate } = address
  const below = ask.path.startsWith('/')
    ? ask.path
    : `/projects/${encodeURIComponent(project)}${slash(ask.path)}`
  const url = new URL(`${apiUrl.replace(/\/$/, '')}${below}`)
  for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.set(name, value)
  const body = ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }
  try {
    return await address.http({
      method: ask.method ?? 'GET',
      url: url.href,
      headers: { 'private-token': token, 'content-type': 'application/json', accept: 'application/json' },
      ...body,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      allowPrivate,
      signal: ask.signal,
    })
  } catch (error) {
    ask.signal.throwIfAborted()
    throw failed(project, ask, error instanceof DriftError ? error.message : 'there was no answer')
  }
}

function readJson(
  { project, clock }: GitLabAddress,
  ask: GitLabAsk<unknown>,
  response: HttpResponse,
): unknown {
  const { status, body, isTruncated } = response
  if (status < 200 || status > 299)
    throw failed(project, ask, `GitLab answered ${status}: ${adviseOn(response, clock)}`)
  if (isTruncated) throw failed(project, ask, `the answer is too long: ${TOO_MUCH}`)
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw failed(project, ask, NOT_THE_API)
  }
}

function parse<T>(project: string, ask: GitLabAsk<unknown>, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'as a whole'
  throw failed(project, ask, `the answer is not what it should be (${where}): check apiUrl, or update driftd`)
}

/** The words of an answer stand in no message: they are the other side's. */
function failed(project: string, { what }: GitLabAsk<unknown>, why: string): DriftError {
  return new DriftError('FORGE_FAILED', `${what} of ${project} could not be had from GitLab: ${why}`)
}

function slash(path: string): string {
  return path === '' ? '' : `/${path}`
}
