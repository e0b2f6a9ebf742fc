import type { AlertMessage } from '../../domain/alert-message.js'
import { renderTemplate } from '../template/render-template.js'
import type { MessageTemplate } from '../template/template-schema.js'
import { type SlackTexts, slackBlocks } from './blocks.js'
import { slackText } from './mrkdwn.js'
import { slackPlainText, slackSummary } from './plain-text.js'

/** A message as Slack takes it: with blocks, and as plain text for when it does not take those. */
export interface SlackPayload {
  readonly rich: Readonly<Record<string, unknown>>
  readonly plain: Readonly<Record<string, unknown>>
}

/** What people should know of a message that came as `plain`. */
export const SENT_AS_PLAIN_TEXT = 'Slack did not take the blocks of the message: it was sent as plain text'

/** Links are not looked at by Slack, and names stay names. */
const COMMON = { unfurl_links: false, unfurl_media: false, link_names: false }

/** Both forms of a message. */
export function slackPayload(message: AlertMessage, template: MessageTemplate | undefined): SlackPayload {
  const render = (text: string | undefined): string | null =>
    text === undefined ? null : renderTemplate(text, message, slackText)
  const texts: SlackTexts = { title: render(template?.subject), intro: render(template?.intro) }
  return {
    rich: { ...COMMON, text: slackSummary(message), blocks: slackBlocks(message, texts) },
    plain: { ...COMMON, text: slackPlainText(message, texts) },
  }
}
