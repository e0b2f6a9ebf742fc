import { createHash } from 'node:crypto'
import type { AlertMessage, AlertRecord } from '../../domain/alert-message.js'
import { countOf } from '../../lib/text/count-of.js'
import { codeBlock, codeSpan, linkTo, proseText, tableRow } from '../../lib/text/markdown-text.js'
import { minuteText } from '../../lib/text/time-text.js'
import { oneLine } from '../build/words.js'
import { firstFitting } from '../form/first-fitting.js'
import { headlineOf } from '../form/headline.js'
import { type Detail, formRecord, type RecordForm } from '../form/record-form.js'
import { rowLines } from '../form/row-lines.js'
import { factsOf, stackLines } from '../form/stack-facts.js'
import { renderTemplate } from '../template/render-template.js'
import type { MessageTemplate } from '../template/template-schema.js'

/** GitHub takes 65,536 characters; a little is left for what it counts in another way. */
const MAX_BODY_LENGTH = 60_000
const MAX_TITLE_LENGTH = 200
const MAX_PROSE_LENGTH = 2_000
const MAX_STACKS = 60
const HASH_LENGTH = 32

const SIZES: readonly (Detail & { readonly maxRecords: number })[] = [
  { maxRecords: 60, maxRows: 12, maxValueLength: 400, maxHunkLines: 30 },
  { maxRecords: 60, maxRows: 3, maxValueLength: 120, maxHunkLines: 6 },
  { maxRecords: 60, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 10, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
]

/** A comment that no reader sees, by which the issue of a matter is found again. */
export function issueMarker({ alertKey }: AlertMessage): string {
  const hash = createHash('sha256').update(alertKey).digest('hex').slice(0, HASH_LENGTH)
  return `<!-- driftd:alert:${hash} -->`
}

/** `CRITICAL prod/network: 3 changes (1 deletion)`; nobody is spoken to in it. */
export function issueTitle(message: AlertMessage, template: MessageTemplate | undefined): string {
  const headline = headlineOf(message)
  const plain = (text: string): string => text.replace(/@(?=\w)/g, '@\u2060')
  const title =
    template?.subject === undefined
      ? plain(`${headline.tag} ${headline.title}`)
      : renderTemplate(template.subject, message, plain)
  return oneLine(title, MAX_TITLE_LENGTH)
}

/** The message as Markdown, within the limit of the forges; what does not fit is counted. */
export function issueBody(message: AlertMessage, template: MessageTemplate | undefined): string {
  const intro = template?.intro === undefined ? [] : [renderTemplate(template.intro, message, proseText)]
  const body = firstFitting(
    SIZES,
    (size) => layOut(message, intro, size),
    (text) => text.length <= MAX_BODY_LENGTH,
  )
  return body ?? `${issueMarker(message)}\n\n${prose(message.summary)}`
}

/** News for those who follow the issue, whom a changed text does not reach. */
export function issueComment({ summary, explanation, id }: AlertMessage): string {
  return [`**${prose(summary)}**`, prose(explanation), `<sub>${prose(id)}</sub>`].join('\n\n')
}

function layOut(
  message: AlertMessage,
  intro: readonly string[],
  size: Detail & { readonly maxRecords: number },
): string {
  const { records, resolved, omitted, explanation, paragraphs, nextSteps, reason, at, id } = message
  const shown = records.slice(0, size.maxRecords)
  const over = resolved.slice(0, size.maxRecords - shown.length)
  const hidden = records.length + resolved.length + omitted.records - shown.length - over.length
  const steps = nextSteps.map(({ text, command, url }) =>
    [`- ${prose(text)}`, command === null ? '' : codeSpan(command), url === null ? '' : linkTo(url, url)]
      .filter((part) => part !== '')
      .join(' '),
  )
  return [
    issueMarker(message),
    ...intro,
    prose(explanation),
    ...paragraphs.map(prose),
    factTable(message),
    ...recordTexts(`Open (${records.length})`, shown, { message, size }),
    ...recordTexts(`Over (${resolved.length})`, over, { message, size }),
    hidden > 0 ? `… and ${countOf(hidden, 'more change')}` : '',
    stackList(message),
    steps.length > 0 ? `### Next\n\n${steps.join('\n')}` : '',
    `<sub>${prose(`driftd · ${reason} · ${minuteText(at)} · ${id}`)}</sub>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function factTable(message: AlertMessage): string {
  const facts = factsOf(message).map(({ label, text }) => tableRow([label, codeSpan(text)]))
  return facts.length === 0 ? '' : [tableRow(['', '']), '|---|---|', ...facts].join('\n')
}

function stackList(message: AlertMessage): string {
  const { lines, hidden } = stackLines(message, MAX_STACKS)
  if (lines.length === 0) return ''
  const more = hidden > 0 ? [`- … and ${countOf(hidden, 'more stack')}`] : []
  return ['### Stacks', '', ...lines.map((line) => `- ${prose(line)}`), ...more].join('\n')
}

function recordTexts(
  title: string,
  items: readonly AlertRecord[],
  { message, size }: { readonly message: AlertMessage; readonly size: Detail },
): readonly string[] {
  if (items.length === 0) return []
  const isOfSeveral = message.stacks.length + message.omitted.stacks > 1
  const texts = items.map((item) => {
    const place = isOfSeveral ? `${codeSpan(item.stack)} · ` : ''
    return recordText(formRecord(item, size, message.at), place)
  })
  return [`### ${title}`, ...texts]
}

function recordText(record: RecordForm, place: string): string {
  const { badge, kind, name, source, sourceUrl, notes, history } = record
  const where = source === '' ? '' : ` · ${linkTo(sourceUrl, source)}`
  const lines = rowLines(record)
  return [
    `${place}**${badge}** ${prose(kind)} ${codeSpan(name)}${where}`,
    ...(lines.length > 0 ? [codeBlock(lines)] : []),
    ...[...notes, history].map(prose),
  ].join('\n\n')
}

function prose(text: string): string {
  return proseText(oneLine(text, MAX_PROSE_LENGTH))
}
