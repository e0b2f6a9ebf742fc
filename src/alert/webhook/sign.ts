import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** What a signature is made over (https://www.standardwebhooks.com). */
export interface SignedParts {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: string
  readonly body: string
}

/** `v1,<base64 HMAC-SHA256 of id.timestamp.body>`. A secret `whsec_...` holds the key in Base64; any other is the key itself. */
export function signWebhook({ id, timestamp, body }: SignedParts, secret: string): string {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
