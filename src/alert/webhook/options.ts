import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'

const urlSchema = z.union([z.url({ protocol: /^https?$/ }), secretSchema], {
  error: 'must be an https URL, { env: NAME } or { file: PATH }',
})

export const webhookShape = {
  url: urlSchema.describe('Where it is posted to; { env: NAME } or { file: PATH } where the URL is a secret'),
  secret: secretSchema.optional().describe('Signs each delivery (Standard Webhooks)'),
  allowPrivate: z.boolean().default(false).describe('true: http and private addresses are allowed'),
}

const webhookOptions = z.object(webhookShape)

/** Options of a webhook channel. */
export type WebhookOptions = z.output<typeof webhookOptions>

/** What is wrong between the keys, or null. */
export function webhookProblem({ url, allowPrivate }: WebhookOptions): string | null {
  if (typeof url !== 'string' || url.startsWith('https:') || allowPrivate) return null
  return 'has an http URL: use https, or allowPrivate: true'
}
