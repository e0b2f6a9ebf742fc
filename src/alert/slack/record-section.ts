import type { AlertRecord } from '../../domain/alert-message.js'
import { type Detail, formRecord, type RecordForm } from '../form/record-form.js'
import { rowLines } from '../form/row-lines.js'
import { cutSlackText, slackBlock, slackCode, slackLink, slackText } from './mrkdwn.js'

/** Slack takes 3,000 characters in the text of a section; the name of the stack may stand before it. */
const MAX_SECTION_LENGTH = 2_400
const LESS: readonly Detail[] = [
  { maxRows: 2, maxValueLength: 80, maxHunkLines: 4 },
  { maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
]

/** A record as the text of a section, with as much of its changes as fits into one. */
export function recordSection(item: AlertRecord, detail: Detail, at: string): string {
  const texts = [detail, ...LESS].map((one) => sectionText(formRecord(item, one, at)))
  const fitting = texts.find((text) => text.length <= MAX_SECTION_LENGTH)
  return fitting ?? cutSlackText(texts.at(-1) ?? '', MAX_SECTION_LENGTH)
}

function sectionText(record: RecordForm): string {
  const { badge, kind, name, source, sourceUrl, notes, history } = record
  const head = [
    `*${badge}*`,
    slackText(kind),
    slackCode(name),
    source === '' ? '' : slackLink(sourceUrl, source),
  ]
  const lines = rowLines(record)
  return [
    head.filter((part) => part !== '').join('  '),
    ...(lines.length > 0 ? [slackBlock(lines)] : []),
    ...notes.map((note) => `↳ ${slackText(note)}`),
    slackText(history),
  ].join('\n')
}
