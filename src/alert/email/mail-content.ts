import type { AlertMessage, AlertRecord, NextStep } from '../../domain/alert-message.js'
import { minuteText } from '../../lib/text/time-text.js'
import { oneLine } from '../build/words.js'
import { headlineOf, isAllOver } from '../form/headline.js'
import { type Detail, formRecord, type RecordForm } from '../form/record-form.js'
import { type Fact, factsOf, stackLines } from '../form/stack-facts.js'

/** How much of a message a mail holds. */
export interface MailSize extends Detail {
  readonly maxRecords: number
}

/** Records of one stack, in words. */
export interface RecordGroup {
  /** Empty where the whole message is about one stack. */
  readonly stack: string
  readonly records: readonly RecordForm[]
}

/** What a mail says, in words that text and HTML only put into their form. Each text is free of control characters. */
export interface MailContent {
  readonly tag: string
  readonly title: string
  readonly severity: AlertMessage['severity']
  readonly isOver: boolean
  /** Lines of the user's own. */
  readonly intro: readonly string[]
  readonly explanation: string
  readonly facts: readonly Fact[]
  /** A line for each stack, where there are several. */
  readonly stacks: readonly string[]
  readonly hiddenStacks: number
  readonly paragraphs: readonly string[]
  readonly open: readonly RecordGroup[]
  readonly over: readonly RecordGroup[]
  readonly openCount: number
  readonly overCount: number
  readonly hiddenRecords: number
  /** Each record has one line: there is no room for what differs. */
  readonly isBrief: boolean
  readonly steps: readonly NextStep[]
  readonly foot: string
}

const MAX_TEXT_LENGTH = 4_000
const MAX_STACKS = 60

/** The message in words; `intro` is the user's, filled in. */
export function mailContent(
  message: AlertMessage,
  size: MailSize,
  { channel, intro }: { readonly channel: string; readonly intro: string | null },
): MailContent {
  const { records, resolved, stacks, omitted, at } = message
  const headline = headlineOf(message)
  const place = stackLines(message, MAX_STACKS)
  const isOfSeveral = stacks.length + omitted.stacks > 1
  const shown = records.slice(0, size.maxRecords)
  const shownOver = resolved.slice(0, size.maxRecords - shown.length)
  const group = (items: readonly AlertRecord[]): readonly RecordGroup[] =>
    groupByStack(
      items.map((item) => formRecord(item, size, at)),
      isOfSeveral,
    )
  return {
    tag: headline.tag,
    title: headline.title,
    severity: message.severity,
    isOver: isAllOver(message),
    intro: intro === null ? [] : intro.split('\n').map(line),
    explanation: line(message.explanation),
    facts: factsOf(message),
    stacks: place.lines,
    hiddenStacks: place.hidden,
    paragraphs: message.paragraphs.map(line),
    open: group(shown),
    over: group(shownOver),
    openCount: records.length,
    overCount: resolved.length,
    hiddenRecords: records.length + resolved.length - shown.length - shownOver.length + omitted.records,
    isBrief: size.maxRows === 0,
    steps: message.nextSteps.map(({ text, command, url }) => ({
      text: line(text),
      command: command === null ? null : line(command),
      url: url !== null && /^https?:\/\/\S+$/.test(url) ? url : null,
    })),
    foot: line(`driftd · ${message.reason} · ${minuteText(at)} · channel ${channel} · message ${message.id}`),
  }
}

function groupByStack(records: readonly RecordForm[], isOfSeveral: boolean): readonly RecordGroup[] {
  if (!isOfSeveral) return records.length === 0 ? [] : [{ stack: '', records }]
  const names = [...new Set(records.map(({ stack }) => stack))]
  return names.map((stack) => ({ stack, records: records.filter((record) => record.stack === stack) }))
}

function line(text: string): string {
  return oneLine(text, MAX_TEXT_LENGTH)
}
