import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'
import { messageTemplateSchema } from '../template/template-schema.js'

export const slackShape = {
  webhookUrl: secretSchema.optional().describe('An incoming webhook'),
  token: secretSchema.optional().describe('A bot token, with channel'),
  channel: z.string().min(1).max(100).optional().describe('Channel that a bot token posts to'),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .default('https://slack.com/api')
    .describe('Where a bot token is used'),
  allowPrivate: z.boolean().default(false).describe('true: http and private addresses are allowed'),
  template: messageTemplateSchema.optional(),
}

const slackOptions = z.object(slackShape)

/** Options of a Slack channel. */
export type SlackOptions = z.output<typeof slackOptions>

/** What is wrong between the keys, or null. */
export function slackProblem(options: SlackOptions): string | null {
  const { webhookUrl, token, channel, apiUrl, allowPrivate } = options
  if ((webhookUrl === undefined) === (token === undefined)) return 'needs webhookUrl or token, one of them'
  if ((token === undefined) !== (channel === undefined)) return 'needs token and channel together'
  if (apiUrl.startsWith('https:') || allowPrivate) return null
  return 'has an http apiUrl: use https, or allowPrivate: true'
}
