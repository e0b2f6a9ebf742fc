import type { AlertMessage } from '../../domain/alert-message.js'
import { countOf } from '../../lib/text/count-of.js'
import { formRecord } from '../form/record-form.js'
import type { SlackTexts } from './blocks.js'
import { cutSlackText, slackText } from './mrkdwn.js'
import { symbolOf } from './symbols.js'

/** Slack advises to stay below 4,000 characters. */
const MAX_LENGTH = 3_800
const MAX_SUMMARY_LENGTH = 600
const MAX_RECORDS = 15
const BRIEF = { maxRows: 0, maxValueLength: 0, maxHunkLines: 0 }

/** Everything in one line: what notifications show and screen readers read, who take nothing from the blocks. */
export function slackSummary(message: AlertMessage): string {
  return cutSlackText(`${symbolOf(message)} ${slackText(message.summary)}`, MAX_SUMMARY_LENGTH)
}

/** The message without blocks, for when Slack does not take them. */
export function slackPlainText(message: AlertMessage, { intro }: SlackTexts): string {
  const { records, resolved, omitted, explanation, paragraphs, nextSteps, at } = message
  const items = [...records, ...resolved]
  const hidden = items.length - MAX_RECORDS + omitted.records
  const steps = nextSteps.map(({ text, command, url }) => `${text}: ${command ?? url ?? ''}`)
  const lines = [
    explanation,
    ...paragraphs,
    ...items.slice(0, MAX_RECORDS).map((item) => {
      const { badge, kind, name, source } = formRecord(item, BRIEF, at)
      return `• ${badge} ${kind} ${name} ${source}`.trimEnd()
    }),
    ...(hidden > 0 ? [`… and ${countOf(hidden, 'more change')}`] : []),
    ...steps,
  ]
  const own = intro === null ? [] : [intro]
  return cutSlackText([...own, slackSummary(message), ...lines.map(slackText)].join('\n'), MAX_LENGTH)
}
