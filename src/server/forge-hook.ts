import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DriftError } from '../domain/errors.js'
import { replyJson } from './error-reply.js'

/** Where a forge delivers its webhooks. */
export const FORGE_HOOK_PATH = '/hooks/forge'

/** A push of thousands of commits is larger: then the next poll finds it. */
const MAX_DELIVERY_BYTES = 1024 * 1024

/** What is done with a delivery. */
export interface ForgeHook {
  readonly secret: string
  /** Asks the remotes of all repositories soon. */
  pollNow(): void
}

/**
 * Takes webhooks of GitHub and GitLab. Whatever one says, it means only "poll now": nothing of it is read but its signature,
 * so that one that is forged, repeated or lost changes nothing. Served off loopback too.
 */
export function addForgeHook(server: FastifyInstance, { secret, pollNow }: ForgeHook): void {
  server.register(async (scope) => {
    // the signature is over the bytes, whatever they are said to be
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post(FORGE_HOOK_PATH, { bodyLimit: MAX_DELIVERY_BYTES }, async ({ headers, body }, reply) => {
      if (!isSignedDelivery(headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0), secret)) throw unsigned()
      pollNow()
      return replyJson(reply.code(202), { accepted: true })
    })
  })
}

/** True where a delivery has GitHub's HMAC of its bytes, or GitLab's token. */
export function isSignedDelivery(
  { 'x-hub-signature-256': signature, 'x-gitlab-token': token }: FastifyRequest['headers'],
  body: Buffer,
  secret: string,
): boolean {
  if (signature !== undefined)
    return isSame(signature, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  return token !== undefined && isSame(token, secret)
}

/** Takes the same time wherever two texts differ, and whatever their lengths are (CVE-2022-24912). */
function isSame(given: string | string[], wanted: string): boolean {
  const [a, b] = [String(given), wanted].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

function unsigned(): DriftError {
  return new DriftError(
    'WEBHOOK_UNSIGNED',
    'this delivery is not signed with server.webhookSecret: set the same secret at the forge',
  )
}
