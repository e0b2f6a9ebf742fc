import type { AlertMessage, AlertRecord, NextStep } from '../../domain/alert-message.js'
import { countOf } from '../../lib/text/count-of.js'
import { minuteText } from '../../lib/text/time-text.js'
import { firstFitting } from '../form/first-fitting.js'
import { headlineOf } from '../form/headline.js'
import type { Detail } from '../form/record-form.js'
import { factsOf, stackLines } from '../form/stack-facts.js'
import { cutSlackText, slackCode, slackText } from './mrkdwn.js'
import { recordSection } from './record-section.js'
import { symbolOf } from './symbols.js'

/** A block of Slack's Block Kit. */
export type Block = Readonly<Record<string, unknown>>

/** Texts that come from a template; null: the built-in ones. */
export interface SlackTexts {
  readonly title: string | null
  readonly intro: string | null
}

/** https://docs.slack.dev/reference/block-kit/blocks: what Slack takes, and a little less where we stay below. */
const MAX_HEADER_LENGTH = 150
const MAX_TEXT_LENGTH = 2_900
const MAX_BUTTON_LENGTH = 75
const MAX_URL_LENGTH = 3_000
const MAX_BUTTONS = 5
const MAX_BLOCKS = 50
/** Beyond some 12,000 characters Slack answers `msg_blocks_too_long`, which it documents nowhere (bolt-js #2509). */
const MAX_TOTAL_LENGTH = 10_000
const MAX_STACKS = 20
const MAX_PARAGRAPHS = 8

/** How many records are shown, and how much of each; the first that fits is taken. */
const SIZES: readonly (Detail & { readonly maxRecords: number })[] = [
  { maxRecords: 10, maxRows: 6, maxValueLength: 200, maxHunkLines: 12 },
  { maxRecords: 8, maxRows: 4, maxValueLength: 120, maxHunkLines: 6 },
  { maxRecords: 8, maxRows: 2, maxValueLength: 80, maxHunkLines: 4 },
  { maxRecords: 10, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 3, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 0, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
]

/** The message as blocks, within every limit of Slack; what does not fit is counted. */
export function slackBlocks(message: AlertMessage, texts: SlackTexts): readonly Block[] {
  const blocks = firstFitting(SIZES, (size) => layOut(message, texts, size), isWithinLimits)
  return blocks ?? [headerBlock(message, texts), ...footBlocks(message)]
}

function isWithinLimits(blocks: readonly Block[]): boolean {
  return blocks.length <= MAX_BLOCKS && JSON.stringify(blocks).length <= MAX_TOTAL_LENGTH
}

function layOut(
  message: AlertMessage,
  texts: SlackTexts,
  size: Detail & { readonly maxRecords: number },
): readonly Block[] {
  const records = message.records.slice(0, size.maxRecords)
  const resolved = message.resolved.slice(0, size.maxRecords - records.length)
  const shown = records.length + resolved.length
  const hidden = message.records.length + message.resolved.length + message.omitted.records - shown
  return [
    headerBlock(message, texts),
    ...introBlocks(message, texts),
    ...factBlocks(message),
    ...message.paragraphs.slice(0, MAX_PARAGRAPHS).map(plainBlock),
    ...recordBlocks(records, message, size),
    ...(resolved.length > 0 ? [markdownBlock(`*Over (${message.resolved.length})*`)] : []),
    ...recordBlocks(resolved, message, size),
    ...(hidden > 0 ? [plainBlock(`… and ${countOf(hidden, 'more change')}`)] : []),
    ...stackBlocks(message),
    ...stepBlocks(message.nextSteps),
    ...footBlocks(message),
  ]
}

function headerBlock(message: AlertMessage, { title }: SlackTexts): Block {
  const headline = headlineOf(message)
  const words = title ?? slackText(`${headline.tag}  ${headline.title}`)
  const text = cutSlackText(`${symbolOf(message)} ${words}`, MAX_HEADER_LENGTH)
  return { type: 'header', text: { type: 'plain_text', text, emoji: true } }
}

function introBlocks(message: AlertMessage, { intro }: SlackTexts): readonly Block[] {
  const own = intro === null ? [] : [markdownBlock(intro)]
  return message.explanation === '' ? own : [...own, plainBlock(message.explanation)]
}

function factBlocks(message: AlertMessage): readonly Block[] {
  const fields = factsOf(message).map(({ label, text }) => ({
    type: 'mrkdwn',
    text: `*${label}*\n${slackText(text)}`,
  }))
  return fields.length === 0 ? [] : [{ type: 'section', fields }]
}

function stackBlocks(message: AlertMessage): readonly Block[] {
  const { lines, hidden } = stackLines(message, MAX_STACKS)
  if (lines.length === 0) return []
  const more = hidden > 0 ? [`… and ${countOf(hidden, 'more stack')}`] : []
  return [markdownBlock(['*Stacks*', ...lines.map((line) => `• ${slackText(line)}`), ...more].join('\n'))]
}

function recordBlocks(
  records: readonly AlertRecord[],
  { at, stacks, omitted }: AlertMessage,
  detail: Detail,
): readonly Block[] {
  const isOfSeveral = stacks.length + omitted.stacks > 1
  return records.map((item) => {
    const place = isOfSeveral ? `${slackCode(item.stack)}\n` : ''
    return markdownBlock(place + recordSection(item, detail, at))
  })
}

function stepBlocks(steps: readonly NextStep[]): readonly Block[] {
  const lines = steps.flatMap(({ text, command }) =>
    command === null ? [] : [`${slackText(text)}: ${slackCode(command)}`],
  )
  const buttons = steps
    .flatMap(({ text, url }) => (url === null || !isLinkable(url) ? [] : [{ text, url }]))
    .slice(0, MAX_BUTTONS)
    .map(({ text, url }, index) => ({
      type: 'button',
      action_id: `driftd-link-${index}`,
      text: { type: 'plain_text', text: cutSlackText(slackText(text), MAX_BUTTON_LENGTH) },
      url,
    }))
  return [
    ...(lines.length > 0 ? [markdownBlock(`*Next*\n${lines.join('\n')}`)] : []),
    ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
  ]
}

function footBlocks({ reason, at, id }: AlertMessage): readonly Block[] {
  const text = slackText(`driftd · ${reason} · ${minuteText(at)} · ${id}`)
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text: cutSlackText(text, MAX_TEXT_LENGTH) }] }]
}

function plainBlock(text: string): Block {
  const safe = cutSlackText(slackText(text), MAX_TEXT_LENGTH)
  return { type: 'section', text: { type: 'plain_text', text: safe, emoji: false } }
}

function markdownBlock(text: string): Block {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: cutSlackText(text, MAX_TEXT_LENGTH), verbatim: true },
  }
}

function isLinkable(url: string): boolean {
  return /^https?:\/\//.test(url) && url.length <= MAX_URL_LENGTH
}
