import { countOf } from '../../lib/text/count-of.js'
import { padTo, widthOf, wrapTo } from '../../lib/text/text-width.js'
import type { RecordForm } from '../form/record-form.js'
import { rowLines } from '../form/row-lines.js'
import type { MailContent, RecordGroup } from './mail-content.js'

/** Prose is wrapped here (RFC 5322, 2.1.1); values and commands never are, so that they can be copied. */
const WIDTH = 76
const INDENT = '    '

/** The text part: complete by itself, for readers without HTML. */
export function mailText(content: MailContent): string {
  const { tag, title, intro, explanation, paragraphs, foot } = content
  const blocks: readonly (readonly string[])[] = [
    [`${tag}  ${title}`],
    intro,
    explanation === '' ? [] : wrapTo(explanation, WIDTH),
    ...paragraphs.map((paragraph) => wrapTo(paragraph, WIDTH)),
    factLines(content),
    ...sections(`OPEN (${content.openCount})`, content.open, content.isBrief),
    ...sections(`OVER (${content.overCount})`, content.over, content.isBrief),
    content.hiddenRecords > 0 ? [`… and ${countOf(content.hiddenRecords, 'more change')}`] : [],
    stackLines(content),
    stepLines(content),
    ['-- ', foot],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function factLines({ facts }: MailContent): readonly string[] {
  const width = Math.max(0, ...facts.map(({ label }) => widthOf(label))) + 1
  return facts.map(({ label, text }) => `${padTo(`${label}:`, width)}  ${text}`)
}

function stackLines({ stacks, hiddenStacks }: MailContent): readonly string[] {
  if (stacks.length === 0) return []
  const more = hiddenStacks > 0 ? [`… and ${countOf(hiddenStacks, 'more stack')}`] : []
  return ['STACKS', ...stacks.map((line) => `* ${line}`), ...more]
}

function sections(
  title: string,
  groups: readonly RecordGroup[],
  isBrief: boolean,
): readonly (readonly string[])[] {
  if (groups.length === 0) return []
  return [
    [title],
    ...groups.flatMap(({ stack, records }) => [
      ...(stack === '' ? [] : [[stack, '-'.repeat(Math.min(WIDTH, widthOf(stack)))]]),
      ...(isBrief ? [records.map(briefLine)] : records.map(recordLines)),
    ]),
  ]
}

function briefLine({ badge, kind, name, source }: RecordForm): string {
  return `${badge}  ${kind}  ${name}  ${source}`.trimEnd()
}

function recordLines(record: RecordForm): readonly string[] {
  const { badge, kind, name, source, sourceUrl, notes, history } = record
  const place = [source, sourceUrl ?? ''].filter((part) => part !== '').join('  ')
  const below = [
    ...(place === '' ? [] : [place]),
    ...rowLines(record),
    ...notes.flatMap((note) =>
      wrapTo(note, WIDTH - INDENT.length - 2).map((line, index) => `${index === 0 ? '↳' : ' '} ${line}`),
    ),
    ...wrapTo(history, WIDTH - INDENT.length),
  ]
  return [`${badge}  ${kind}  ${name}`, ...below.map((line) => INDENT + line)]
}

function stepLines({ steps }: MailContent): readonly string[] {
  if (steps.length === 0) return []
  return [
    'NEXT',
    ...steps.flatMap(({ text, command, url }) => [
      `* ${text}${command === null && url === null ? '' : ':'}`,
      ...[command, url].flatMap((line) => (line === null ? [] : [`${INDENT}${line}`])),
    ]),
  ]
}
