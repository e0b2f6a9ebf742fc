import { DriftError } from '../domain/errors.js'
import type { HttpClient, HttpRequest } from './http.js'

/** What every request of a fetch-like function has. */
export type FetchLimits = Pick<HttpRequest, 'timeoutMs' | 'maxResponseBytes' | 'allowPrivate'>

/** The part of `fetch` that clients such as Octokit use. */
export type FetchLike = (input: string | URL, init?: RequestInit) => Promise<Response>

const WITHOUT_BODY = new Set([204, 205, 304])

/**
 * A function like `fetch` over a client: bodies are texts or bytes, redirects come back as they are. Throws what the client
 * throws, and HTTP_FAILED where an answer is longer than `maxResponseBytes`, since half of a document is none.
 */
export function createFetch(client: HttpClient, limits: FetchLimits): FetchLike {
  return async (input, init = {}) => {
    const { body, signal } = init
    const response = await client({
      ...limits,
      method: init.method ?? 'GET',
      url: String(input),
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(body === undefined || body === null ? {} : { body: toBody(body) }),
      ...(signal ? { signal } : {}),
    })
    if (response.isTruncated) {
      const origin = new URL(input).origin
      throw new DriftError(
        'HTTP_FAILED',
        `an answer of ${origin} is too long to be read: ask for less at once`,
      )
    }
    const hasBody = !WITHOUT_BODY.has(response.status)
    const result = new Response(hasBody ? response.body : null, {
      status: response.status,
      headers: { ...response.headers },
    })
    // a Response made by hand has no URL of its own
    return Object.defineProperty(result, 'url', { value: String(input) })
  }
}

function toBody(body: NonNullable<RequestInit['body']>): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  throw new DriftError('INTERNAL', 'a request has a body that is neither text nor bytes')
}
