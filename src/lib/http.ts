import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import querystring from 'node:querystring'
import { connect as connectTls } from 'node:tls'
import { DriftError } from '../domain/errors.js'
import { bareHost, chooseProxy, type ProxyVariables } from './choose-proxy.js'
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
  /** Where HTTPS_PROXY and NO_PROXY are looked up. Default: no proxy. */
  readonly env?: ProxyVariables
}

const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024

/**
 * The only way out over HTTP. A name is resolved once, every address it has is checked, and the connection goes to exactly
 * these: no later answer of a name server counts (DNS rebinding). Through a proxy (`env`) it is the proxy that connects: a name
 * that leads to a private address here is refused all the same, one that only the proxy knows is left to it.
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
  const host = bareHost(url)
  if (isIP(host) !== 0 && !allowPrivate && !isPublicAddress(host)) throw notPublic(url)
  return url
}

async function exchange(url: URL, request: HttpRequest, options: HttpClientOptions): Promise<HttpResponse> {
  const { timeoutMs, signal } = request
  const proxy = chooseProxy(url, options.env ?? {})
  return new Promise((resolve, reject) => {
    const opened: { destroy(): unknown }[] = []
    const fail = (error: unknown): void => {
      settle()
      reject(describeFailure(url, error))
      for (const one of opened) one.destroy()
    }
    const onAbort = (): void => fail(interrupted(url, signal?.reason))
    const timer = setTimeout(() => fail(tooSlow(url, timeoutMs)), timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const send = (tunnel: Socket | null): void => {
      try {
        const outgoing = open(url, request, { ...options, tunnel })
        opened.push(outgoing)
        outgoing.on('error', fail)
        outgoing.on('response', (incoming) => {
          readResponse(incoming, request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES).then((response) => {
            settle()
            resolve(response)
            for (const one of opened) one.destroy()
          }, fail)
        })
        outgoing.end(request.body)
      } catch (error) {
        fail(error)
      }
    }
    if (proxy === null) send(null)
    else throughProxy({ proxy, url, request, options }, { opened, send, fail })
  })
}

/** The connection that a proxy made; null: it is made here. */
interface TunnelOptions {
  readonly tunnel: Socket | null
}

interface Tunnelling {
  readonly proxy: URL
  readonly url: URL
  readonly request: HttpRequest
  readonly options: HttpClientOptions
}

interface Exchange {
  readonly opened: { destroy(): unknown }[]
  send(tunnel: Socket): void
  fail(error: unknown): void
}

/** Asks a proxy for a tunnel, in which the request is sent; the proxy sees host and port, and what is asked there stays TLS. */
function throughProxy({ proxy, url, request, options }: Tunnelling, { opened, send, fail }: Exchange): void {
  const path = `${url.hostname}:${url.port || 443}`
  const account = `${querystring.unescape(proxy.username)}:${querystring.unescape(proxy.password)}`
  const credentials = Buffer.from(account).toString('base64')
  const headers = {
    host: path,
    ...(account === ':' ? {} : { 'proxy-authorization': `Basic ${credentials}` }),
  }
  const ask = (): void => {
    const isPlain = proxy.protocol === 'http:'
    const place = { host: bareHost(proxy), port: proxy.port || (isPlain ? 80 : 443) }
    const common = { ...place, method: 'CONNECT', path, headers, agent: false as const }
    const asking = isPlain
      ? httpRequest(common)
      : httpsRequest({ ...common, ...(options.ca === undefined ? {} : { ca: options.ca }) })
    opened.push(asking)
    asking.on('error', (error) => fail(proxyFailed(url, proxy, error)))
    asking.on('connect', ({ statusCode = 0 }, socket: Socket) => {
      opened.push(socket)
      if (statusCode === 200) send(socket)
      else fail(proxyFailed(url, proxy, statusCode))
    })
    asking.end()
  }
  if (request.allowPrivate || isIP(bareHost(url)) !== 0) ask()
  else
    publicLookup(url, options.lookup ?? systemLookup)(bareHost(url), { all: true }, (error) =>
      // that this machine has no name for it is no reason: there is a proxy because it knows the outside
      error instanceof DriftError ? fail(error) : ask(),
    )
}

function open(url: URL, request: HttpRequest, options: HttpClientOptions & TunnelOptions): ClientRequest {
  const { method, headers = {}, allowPrivate = false } = request
  const resolveName = options.lookup ?? systemLookup
  const lookup: LookupFunction = allowPrivate ? resolveName : publicLookup(url, resolveName)
  const common = { method, headers: { 'user-agent': 'driftd', 'accept-encoding': 'identity', ...headers } }
  // no agent: a connection that another request left behind was checked for that one only
  const direct = { ...common, agent: false as const, lookup }
  const trusted = options.ca === undefined ? {} : { ca: options.ca }
  try {
    if (url.protocol === 'http:') return httpRequest(url, direct)
    const { tunnel: socket } = options
    if (socket === null) return httpsRequest(url, { ...direct, ...trusted })
    const host = bareHost(url)
    const name = isIP(host) === 0 ? { servername: host } : {}
    return httpsRequest(url, {
      ...common,
      createConnection: () => connectTls({ socket, host, ...name, ...trusted }),
    })
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

/** `problem`: the status of a proxy's answer, or why there was none. */
function proxyFailed({ origin }: URL, proxy: URL, problem: number | Error): DriftError {
  const what =
    typeof problem === 'number' ? problem : ((problem as NodeJS.ErrnoException).code ?? 'no answer')
  const remedy =
    problem === 407
      ? 'put name and password into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT)'
      : 'check HTTPS_PROXY and that it lets this host through, or name the host in NO_PROXY'
  return new DriftError(
    'HTTP_FAILED',
    `the proxy ${proxy.origin} made no connection to ${origin} (${what}): ${remedy}`,
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
