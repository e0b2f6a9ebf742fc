import type { FastifyReply } from 'fastify'
import { jsonText } from '../documents/json-text.js'
import { SCHEMA_VERSION } from '../documents/schema-version.js'
import type { DriftError, ErrorCode } from '../domain/errors.js'

const NOT_FOUND: ReadonlySet<ErrorCode> = new Set(['STACK_UNKNOWN', 'RECORD_UNKNOWN', 'PATH_UNKNOWN'])

/** The status of HTTP that an error means: not there, refused, for now not possible, or a defect. */
export function httpStatusOf({ code, retryable }: Pick<DriftError, 'code' | 'retryable'>): number {
  if (NOT_FOUND.has(code)) return 404
  if (code === 'HOST_REFUSED') return 403
  if (code === 'WEBHOOK_UNSIGNED') return 401
  return retryable ? 503 : 500
}

/** Answers `{ schemaVersion, error: { code, message } }`; a defect says no more than that it is one. */
export function replyError(reply: FastifyReply, error: DriftError): FastifyReply {
  const message = error.code === 'INTERNAL' ? 'a defect of driftd: see its log' : error.message
  return replyJson(reply.code(httpStatusOf(error)), {
    schemaVersion: SCHEMA_VERSION,
    error: { code: error.code, message },
  })
}

/** Answers with a document. */
export function replyJson(reply: FastifyReply, document: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(jsonText(document, { isIndented: false }))
}
