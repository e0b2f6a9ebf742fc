import type { HttpResponse } from '../../lib/http.js'
import type { DeliveryOutcome } from '../channel.js'
import { type ChannelTools, DeliveryEnded } from '../channel-kind.js'
import { decideRefusal, retryAfter } from '../http-outcome.js'
import { type Issue, type IssueDialect, type IssueDraft, PAGE_SIZE } from './issue-dialect.js'

/** The issues of one repository. Every method throws DeliveryEnded where the forge refuses, and what HTTP throws. */
export interface IssueTracker {
  /** Open issues with the label, oldest first. */
  listOpen(): Promise<readonly Issue[]>
  /** Null where there is none of that number any more. */
  read(number: number): Promise<Issue | null>
  create(draft: IssueDraft): Promise<Issue>
  update(issue: Issue, draft: IssueDraft): Promise<void>
  comment(number: number, body: string): Promise<void>
}

/** What a tracker is built from. */
export interface TrackerRequest {
  readonly dialect: IssueDialect
  readonly tools: ChannelTools
  readonly repository: string
  readonly label: string
  readonly apiUrl: string
  readonly token: string
  readonly allowPrivate: boolean
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 15_000
/** A page of issues, each as long as a forge lets it be. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024
const MAX_PAGES = 20

/** The issues of a repository on GitHub or GitLab. */
export function createIssueTracker(request: TrackerRequest): IssueTracker {
  const { dialect, repository, label } = request
  const call = createCall(request)
  const one = async (method: string, path: string, body?: object): Promise<Issue> => {
    const issue = dialect.toIssue(await call(method, path, body))
    if (issue === null) throw new DeliveryEnded(notUnderstood())
    return issue
  }
  return {
    async listOpen() {
      const found: Issue[] = []
      for (let page = 1; page <= MAX_PAGES; page++) {
        const answer = await call('GET', dialect.listPath(repository, label, page))
        if (!Array.isArray(answer)) throw new DeliveryEnded(notUnderstood())
        found.push(...answer.flatMap((item) => dialect.toIssue(item) ?? []))
        if (answer.length < PAGE_SIZE) break
      }
      return found
    },
    async read(number) {
      const answer = await call('GET', dialect.issuePath(repository, number), undefined, [404, 410])
      return dialect.toIssue(answer)
    },
    create: (draft) => one('POST', dialect.createPath(repository), dialect.createBody(draft, label)),
    async update({ number, isOpen }, draft) {
      const body = dialect.updateBody(draft, isOpen)
      await one(dialect.updateMethod, dialect.issuePath(repository, number), body)
    },
    async comment(number, body) {
      await call('POST', dialect.commentPath(repository, number), { body })
    },
  }
}

type Call = (method: string, path: string, body?: object, missing?: readonly number[]) => Promise<unknown>

/** One call of the API; null where its status is among `missing`. */
function createCall({ dialect, tools, apiUrl, token, allowPrivate, signal }: TrackerRequest): Call {
  return async (method, path, body, missing = []) => {
    const response = await tools.http({
      method,
      url: `${apiUrl.replace(/\/+$/, '')}/${path}`,
      headers: {
        ...dialect.headers(token),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      allowPrivate,
      signal,
    })
    if (missing.includes(response.status)) return null
    if (response.status >= 300 || response.status < 200)
      throw new DeliveryEnded(decideForgeRefusal(response, tools.clock.now().getTime()))
    return parseJson(response)
  }
}

/** What a refusal of a forge means. GitHub says 403 where it wants fewer calls. */
function decideForgeRefusal(response: HttpResponse, nowMs: number): DeliveryOutcome {
  const { status, headers } = response
  const isLimited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'
  if (status === 403 && isLimited) return retryAfter('the forge asks for fewer calls (403)', headers, nowMs)
  if (status === 404 || status === 410) {
    const problem = `the forge answered ${status}: check the repository, that it has issues, and the rights of the token`
    return { status: 'rejected', problem }
  }
  return decideRefusal('the forge', response, nowMs)
}

function parseJson({ body, isTruncated }: HttpResponse): unknown {
  try {
    if (!isTruncated) return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    // told below
  }
  throw new DeliveryEnded(notUnderstood())
}

function notUnderstood(): DeliveryOutcome {
  return {
    status: 'retry',
    problem: 'the forge answered with what is no answer of its API',
    retryAfterMs: null,
  }
}
