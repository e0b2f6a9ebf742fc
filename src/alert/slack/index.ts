import { DriftError } from '../../domain/errors.js'
import type { DeliveryOutcome } from '../channel.js'
import type { ChannelKind, Delivery, SenderRequest } from '../channel-kind.js'
import { postAsBot } from './bot.js'
import { postToWebhook } from './incoming-webhook.js'
import { type SlackOptions, slackProblem, slackShape } from './options.js'
import { slackPayload } from './payload.js'
import { createSlackPost } from './post.js'

/** Slack takes one message a second in a channel (https://docs.slack.dev/apis/web-api/rate-limits). */
const MIN_INTERVAL_MS = 1_000

/** Slack, by an incoming webhook or with a bot token, which also has threads. */
export const slackChannel: ChannelKind<SlackOptions> = {
  type: 'slack',
  optionsShape: slackShape,
  problemOf: slackProblem,
  createSender: (request) => ({
    minIntervalMs: MIN_INTERVAL_MS,
    send: (delivery) => send(request, delivery),
  }),
}

async function send(
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
