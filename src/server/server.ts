import { isIPv6 } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { DriftError, toDriftError } from '../domain/errors.js'
import type { Logger } from '../lib/logger.js'
import { decideAccess, isLoopback } from './access.js'
import { httpStatusOf, replyError } from './error-reply.js'
import { addForgeHook } from './forge-hook.js'
import { addApi, addProbes } from './routes.js'
import type { Served } from './served.js'

/** Where to listen and what to answer with. */
export interface ServerOptions {
  /** Without the brackets of an IPv6 address. Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Names, beside `localhost` and bare addresses, by which it may be called. */
  readonly allowedHosts: readonly string[]
  /** Of the webhooks of a forge; null: none are taken. */
  readonly webhookSecret: string | null
  readonly served: Served
  readonly log: Logger
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:7780` */
  readonly url: string
  /** Ends it, idle connections at once, others after their answer or a second. Safe to call twice. */
  stop(): Promise<void>
}

/** An answer takes milliseconds; who reads or writes slowly on purpose gets no more than this. */
const REQUEST_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 5_000
const MAX_CONNECTIONS = 256
const MAX_HEADER_BYTES = 8 * 1024
/** Nothing that is answered has a body, but webhooks (forge-hook.ts). */
const MAX_BODY_BYTES = 1_024
/** A stack's name has at most 128 characters; percent-encoded, three times that. */
const MAX_PARAM_LENGTH = 400
const STOP_TIMEOUT_MS = 1_000

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Builds the server and listens. Throws LISTEN_FAILED where the address cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { listen, served, log, webhookSecret } = options
  const server = createServer(options)
  addProbes(server, served)
  if (isLoopback(listen.host)) addApi(server, served)
  else log.info('off loopback only the probes are served', { host: listen.host })
  if (webhookSecret !== null) addForgeHook(server, { secret: webhookSecret, pollNow: served.pollNow })
  try {
    await server.listen({ host: listen.host, port: listen.port })
  } catch (error) {
    throw listenError(listen, error)
  }
  return { url: urlOf(server, listen.host), stop: () => stop(server) }
}

function createServer({ allowedHosts, log }: ServerOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
    routerOptions: {
      maxParamLength: MAX_PARAM_LENGTH,
      // these two come before every hook
      onBadUrl: (_path, _request, response) => void response.writeHead(404, HEADERS).end(),
      onMaxParamLength: (_path, _request, response) => void response.writeHead(404, HEADERS).end(),
    },
  })
  server.server.maxConnections = MAX_CONNECTIONS
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    const problem = decideAccess(request.headers, allowedHosts)
    if (problem !== null) throw refusal(problem)
  })
  server.setNotFoundHandler((_request, reply) => replyError(reply, unknownPath()))
  server.setErrorHandler((thrown, _request, reply) => {
    const { statusCode } = thrown as { statusCode?: number }
    // what Fastify refuses by itself: bodies too long, media types
    if (statusCode !== undefined && statusCode < 500) return reply.code(statusCode).send()
    const error = toDriftError(thrown)
    if (httpStatusOf(error) >= 500) log.error('a request could not be answered', { error })
    return replyError(reply, error)
  })
  return server
}

function refusal(problem: 'host' | 'origin'): DriftError {
  const message =
    problem === 'host'
      ? 'this is not a name of driftd: use localhost or its address, or allow the name under server.hosts'
      : 'driftd answers no page of another origin'
  return new DriftError('HOST_REFUSED', message)
}

function unknownPath(): DriftError {
  return new DriftError(
    'PATH_UNKNOWN',
    'there is nothing here; off loopback only /healthz, /readyz, /metrics and webhooks are served',
  )
}

function listenError({ host, port }: ServerOptions['listen'], cause: unknown): DriftError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
  return new DriftError(
    'LISTEN_FAILED',
    `driftd cannot listen on ${host}:${port} (${reason}): is another driftd running? Set server.listen to a free address`,
    { cause },
  )
}

function urlOf(server: FastifyInstance, host: string): string {
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

async function stop(server: FastifyInstance): Promise<void> {
  const late = setTimeout(() => server.server.closeAllConnections(), STOP_TIMEOUT_MS)
  await server.close().finally(() => clearTimeout(late))
}
