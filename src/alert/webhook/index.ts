import type { ChannelKind } from '../channel-kind.js'
import { type WebhookOptions, webhookProblem, webhookShape } from './options.js'

/** Any receiver of JSON, signed as Standard Webhooks says. */
export const webhookChannel: ChannelKind<WebhookOptions> = {
  type: 'webhook',
  optionsShape: webhookShape,
  problemOf: webhookProblem,
  createSender: (request) => ({
    minIntervalMs: 0,
    async send(delivery) {
      const { postWebhook } = await import('./post-webhook.js')
      return postWebhook(request, delivery)
    },
  }),
}
