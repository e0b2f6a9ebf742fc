import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { DriftError } from '../domain/errors.js'
import { isPublicAddress } from './public-address.js'

/** One request to somebody else's server. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** For the whole exchange, from the name to the last byte. */
  readonly timeoutMs: number
  /** Bytes kept of the answer, then it is cut off. Default 64 KiB. */
  readonly maxResponseBytes?: number
  /** True: plain http and addresses that are not on the public internet are allowed too. */
  readonly allowPrivate?: boolean
  readonly signal?: AbortSignal
}

/** An answer, whatever its status: redirects are not followed. */
export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  /** The answer was longer than `maxResponseBytes`. */
  readonly isTruncated: boolean
}

/**
 * Sends one request over a connection of its own. Throws ENDPOINT_REFUSED (never sent), HTTP_FAILED (no answer, or half of
 * one), TIMEOUT, INTERRUPTED (the signal). Messages name scheme and host only: paths, queries, headers and bodies can be
 * secrets (a Slack webhook is one), and an answer is whatever the other side likes to say.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

/** What a client is built from; all of it has defaults. */
export interface HttpClientOptions {
  /** How names become addresses. Default: that of the operating system. */
  readonly lookup?: LookupFunction
  /** Certificate authorities trusted instead of Node's, as PEM. */
  readonly ca?: string
}

const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024

/**
 * The only way out over HTTP. A name is resolved once, every address it has is checked, and the connection goes to exactly
 * these: no later answer of a name server counts (DNS rebinding).
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  return async (request) => {
    const url = checkUrl(request)
    if (request.signal?.aborted) throw interrupted(url, request.signal.reason)
    return exchange(url, request, options)
  }
}

/** The URL, parsed; in it, every spelling of an address (decimal, octal, hexadecimal) has become the usual one. */
function checkUrl({ url: text, allowPrivate = false }: HttpRequest): URL {
  // the error of URL itself quotes the whole text
  if (!URL.canParse(text)) throw refused('a URL that is none', 'correct it')
  const url = new URL(text)
  const isPlain = url.protocol === 'http:'
  if (url.protocol !== 'https:' && !isPlain) throw refused(`a URL of ${url.protocol}`, 'use https')
  if (isPlain && !allowPrivate) throw refused(url.origin, 'use https, or allowPrivate: true')
  if (url.username !== '' || url.password !== '')
    throw refused(url.origin, 'take the credentials out of its URL')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !allowPrivate && !isPublicAddress(host)) throw notPublic(url)
  return url
}

async function exchange(url: URL, request: HttpRequest, options: HttpClientOptions): Promise<HttpResponse> {
  const { timeoutMs, signal } = request
  return new Promise((resolve, reject) => {
    const outgoing = open(url, request, options)
    const fail = (error: unknown): void => {
      settle()
      reject(describeFailure(url, error))
      outgoing.destroy()
    }
    const onAbort = (): void => fail(interrupted(url, signal?.reason))
    const timer = setTimeout(() => fail(tooSlow(url, timeoutMs)), timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      readResponse(incoming, request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES).then((response) => {
        settle()
        resolve(response)
        outgoing.destroy()
      }, fail)
    })
    outgoing.end(request.body)
  })
}

function open(url: URL, request: HttpRequest, options: HttpClientOptions): ClientRequest {
  const { method, headers = {}, allowPrivate = false } = request
  const resolveName = options.lookup ?? systemLookup
  const lookup: LookupFunction = allowPrivate ? resolveName : publicLookup(url, resolveName)
  // no agent: a connection that another request left behind was checked for that one only
  const common = {
    method,
    headers: { 'user-agent': 'driftd', 'accept-encoding': 'identity', ...headers },
    agent: false as const,
    lookup,
  }
  try {
    if (url.protocol === 'http:') return httpRequest(url, common)
    return httpsRequest(url, { ...common, ...(options.ca === undefined ? {} : { ca: options.ca }) })
  } catch {
    // Node quotes what it does not take: a header with a line break may be a token
    throw refused(
      url.origin,
      'its method or a header holds what HTTP does not allow: check tokens and secrets',
    )
  }
}

/** A lookup that fails where one address of the name is not public; else the connection goes to those it gave. */
function publicLookup(url: URL, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error) return callback(error, address, family)
      const addresses = typeof address === 'string' ? [address] : address.map((one) => one.address)
      if (addresses.every(isPublicAddress)) return callback(null, address, family)
      return callback(notPublic(url), address, family)
    })
  }
}

async function readResponse(incoming: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) break
  }
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    isTruncated: length > maxBytes,
  }
}

function describeFailure(url: URL, error: unknown): DriftError {
  if (error instanceof DriftError) return error
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error'
  return new DriftError(
    'HTTP_FAILED',
    `${url.origin} gave no complete answer (${code}): ${remedyFor(code)}`,
    {
      cause: error,
    },
  )
}

function remedyFor(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'check its name, and the name servers of this machine'
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code))
    return 'check its certificate; NODE_EXTRA_CA_CERTS names further authorities'
  return 'check that it is up, and that this machine may reach it'
}

function refused(what: string, remedy: string): DriftError {
  return new DriftError('ENDPOINT_REFUSED', `${what} is not asked: ${remedy}`)
}

function notPublic(url: URL): DriftError {
  return refused(url.origin, 'its address is not on the public internet; allowPrivate: true allows that')
}

function tooSlow(url: URL, timeoutMs: number): DriftError {
  const seconds = Math.round(timeoutMs / 1_000)
  return new DriftError(
    'TIMEOUT',
    `${url.origin} had not answered in full after ${seconds} s; try again later`,
  )
}

function interrupted(url: URL, cause: unknown): DriftError {
  return new DriftError('INTERRUPTED', `the request to ${url.origin} was stopped before it was answered`, {
    cause,
  })
}
