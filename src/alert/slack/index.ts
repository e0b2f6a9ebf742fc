import type { ChannelKind } from '../channel-kind.js'
import { type SlackOptions, slackProblem, slackShape } from './options.js'

/** Slack takes one message a second in a channel (https://docs.slack.dev/apis/web-api/rate-limits). */
const MIN_INTERVAL_MS = 1_000

/** Slack, by an incoming webhook or with a bot token, which also has threads. */
export const slackChannel: ChannelKind<SlackOptions> = {
  type: 'slack',
  optionsShape: slackShape,
  problemOf: slackProblem,
  createSender: (request) => ({
    minIntervalMs: MIN_INTERVAL_MS,
    async send(delivery) {
      const { sendToSlack } = await import('./send-to-slack.js')
      return sendToSlack(request, delivery)
    },
  }),
}
