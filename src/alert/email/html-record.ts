import { countOf } from '../../lib/text/count-of.js'
import type { LineForm, RecordForm, RowForm, SideForm } from '../form/record-form.js'
import { SIDE_STYLES, STYLES, type Tone, toneOf } from './html-style.js'
import { element, html, table } from './html-text.js'

const SIDE_CLASSES = { declared: 'd', actual: 'a', recorded: 'o', context: 'm' } as const

/** A record as a box: what it is, where it is declared, and what differs. */
export function htmlRecord(record: RecordForm): string {
  const { severity, isOver, badge, kind, name, source, sourceUrl, notes, history } = record
  const tone = toneOf(severity, isOver)
  const parts = [
    `${htmlPill(badge, tone)}&nbsp; ${element('span', STYLES.kind, html(kind), 'n')}`,
    element('div', STYLES.name, html(name), 't'),
    source === '' ? '' : element('div', STYLES.small, htmlLink(sourceUrl, source), 'm'),
    ...record.rows.map(htmlRow),
    htmlMore(record.hiddenRows, 'change'),
    ...notes.map((note) => element('div', STYLES.note, `↳ ${html(note)}`, 'n')),
    element('div', STYLES.small, html(history), 'm'),
  ]
  const cell = `<td style="padding:12px 16px;border-left:4px solid ${tone.strong};border-radius:6px">${parts.join('')}</td>`
  return table(STYLES.record, `<tr>${cell}</tr>`, 'r')
}

/** A record on one line: what it is, and where it is declared. */
export function htmlBriefRecord({ severity, isOver, badge, kind, name, source }: RecordForm): string {
  const word = element('b', `color:${toneOf(severity, isOver).strong}`, html(badge))
  const what = element('span', STYLES.brief, html(name), 't')
  return element('div', STYLES.line, `${word} ${html(kind)} ${what} ${html(source)}`, 'n')
}

/** A word on the ground of its tone: CRITICAL. */
export function htmlPill(word: string, { strong, soft }: Tone): string {
  return element('span', `${STYLES.pill};color:${strong};background:${soft}`, html(word))
}

/** A link where there is a page for it, else the text. */
export function htmlLink(url: string | null, text: string): string {
  if (url === null || !/^https?:\/\//.test(url)) return html(text)
  return `<a href="${html(url)}" class="l" style="${STYLES.link}">${html(text)}</a>`
}

/** What was left out, counted; nothing where there is none. */
export function htmlMore(count: number, noun: string): string {
  return count === 0 ? '' : element('div', STYLES.line, `… and ${countOf(count, `more ${noun}`)}`, 'm')
}

function htmlRow(row: RowForm): string {
  if ('note' in row) return element('div', STYLES.path, `${html(row.label)}: ${html(row.note)}`, 'n')
  const label = element('div', STYLES.path, html(row.label), 'n')
  if ('sides' in row) return label + table(STYLES.sides, row.sides.map(htmlSide).join(''))
  return label + row.lines.map(htmlLine).join('') + htmlMore(row.hiddenLines, 'line')
}

function htmlSide({ label, role, text }: SideForm): string {
  const ground = SIDE_STYLES[role]
  const cells = [element('td', STYLES.sideLabel, html(label)), element('td', STYLES.sideValue, html(text))]
  return `<tr class="${SIDE_CLASSES[role]}" style="${ground}">${cells.join('')}</tr>`
}

function htmlLine({ role, text }: LineForm): string {
  return element('div', `${STYLES.hunk};${SIDE_STYLES[role]}`, html(text) || '&nbsp;', SIDE_CLASSES[role])
}
