import { DriftError } from '../../domain/errors.js'
import type { DeliveryOutcome } from '../channel.js'
import type { Delivery, SenderRequest } from '../channel-kind.js'
import { postAsBot } from './bot.js'
import { postToWebhook } from './incoming-webhook.js'
import type { SlackOptions } from './options.js'
import { slackPayload } from './payload.js'
import { createSlackPost } from './post.js'

/** Builds the message and posts it, by webhook or as a bot. */
export async function sendToSlack(
  { options, tools }: SenderRequest<SlackOptions>,
  delivery: Delivery,
): Promise<DeliveryOutcome> {
  const { webhookUrl, token, channel, apiUrl, allowPrivate, template } = options
  const { message, thread, read } = delivery
  const payload = slackPayload(message, template)
  const post = createSlackPost(tools, delivery, allowPrivate)
  const nowMs = tools.clock.now().getTime()
  if (webhookUrl !== undefined) return postToWebhook(payload, await read(webhookUrl), { post, nowMs })
  if (token === undefined || channel === undefined)
    throw new DriftError('INTERNAL', 'a Slack channel has neither webhookUrl nor token')
  const secret = await read(token)
  const base = apiUrl.replace(/\/+$/, '')
  return postAsBot({
    payload,
    message,
    receipts: thread.receipts,
    channel,
    call: (method, body) => post(`${base}/${method}`, body, secret),
    nowMs,
  })
}
