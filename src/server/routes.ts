import type { FastifyInstance } from 'fastify'
import { DriftError } from '../domain/errors.js'
import { stackNameProblem } from '../domain/stack.js'
import { replyJson } from './error-reply.js'
import type { Served } from './served.js'

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** What machines ask, and may ask from anywhere: alive, ready, metrics. */
export function addProbes(server: FastifyInstance, served: Served): void {
  server.get('/healthz', async (_request, reply) => reply.type('text/plain; charset=utf-8').send('alive\n'))
  server.get('/readyz', async (_request, reply) => {
    const checks = await served.readiness()
    const isReady = checks.every((check) => check.isReady)
    return replyJson(reply.code(isReady ? 200 : 503), { ready: isReady, checks })
  })
  server.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await served.metrics()))
}

/** The API, which shows what the command line shows: on loopback only, as there is no authentication. */
export function addApi(server: FastifyInstance, served: Served): void {
  server.get('/api/v1/status', async (_request, reply) => replyJson(reply, await served.status()))
  server.get('/api/v1/scans', async (_request, reply) => replyJson(reply, await served.scans()))
  server.get<{ Params: { name: string } }>('/api/v1/stacks/:name', async ({ params }, reply) =>
    replyJson(reply, await served.stack(stackName(params.name))),
  )
  server.get<{ Params: { name: string } }>('/api/v1/stacks/:name/history', async ({ params }, reply) =>
    replyJson(reply, await served.history(stackName(params.name))),
  )
  server.get<{ Params: { id: string } }>('/api/v1/records/:id', async ({ params }, reply) =>
    replyJson(reply, await served.records(params.id)),
  )
}

/** Nothing that cannot be a name goes any further. */
function stackName(text: string): string {
  if (stackNameProblem(text) === null) return text
  throw new DriftError('STACK_UNKNOWN', 'this cannot be the name of a stack; GET /api/v1/status lists them')
}
