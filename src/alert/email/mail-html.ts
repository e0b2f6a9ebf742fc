import type { NextStep } from '../../domain/alert-message.js'
import type { RecordForm } from '../form/record-form.js'
import { htmlBriefRecord, htmlLink, htmlMore, htmlPill, htmlRecord } from './html-record.js'
import { DARK_STYLES, STYLES, toneOf } from './html-style.js'
import { element, html, table } from './html-text.js'
import type { MailContent, RecordGroup } from './mail-content.js'

/** Shown by readers beside the subject; the spaces keep the text that follows from being pulled in. */
const PREVIEW_PADDING = '&#847; '.repeat(40)

/** The HTML part: the same as the text. Nothing in it is loaded from anywhere, and no script, form or image is in it. */
export function mailHtml(content: MailContent): string {
  const tone = toneOf(content.severity, content.isOver)
  const sections = [
    introSection(content),
    factsSection(content),
    ...recordSections(content),
    stacksSection(content),
    stepsSection(content.steps),
  ].filter((section) => section !== '')
  const rows = [
    `<tr><td style="${STYLES.bar};background:${tone.strong}">&nbsp;</td></tr>`,
    ...sections.map((section) => `<tr><td style="${STYLES.section}">${section}</td></tr>`),
    '<tr><td style="height:24px;font-size:0;line-height:0">&nbsp;</td></tr>',
  ]
  const foot = element('div', STYLES.foot, html(content.foot), 'm')
  return page(
    content,
    `${table(STYLES.card, rows.join(''), 'c')}${table('width:100%;max-width:600px', `<tr><td>${foot}</td></tr>`)}`,
  )
}

function page({ tag, title, explanation }: MailContent, body: string): string {
  const preview = element('div', STYLES.hidden, html(explanation) + PREVIEW_PADDING)
  const frame = table(STYLES.page, `<tr><td align="center" style="padding:24px 12px">${body}</td></tr>`, 'p')
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    `<title>${html(`${tag} ${title}`)}</title><style>:root{color-scheme:light dark}${DARK_STYLES}</style></head>`,
    `<body class="p" style="${STYLES.body}">${preview}${frame}</body></html>`,
  ].join('\n')
}

function introSection(content: MailContent): string {
  const { tag, title, intro, explanation, paragraphs, severity, isOver } = content
  const texts = [...intro, explanation, ...paragraphs].filter((text) => text !== '')
  return [
    htmlPill(tag, toneOf(severity, isOver)),
    element('h1', STYLES.title, html(title), 't'),
    ...texts.map((text) => element('div', STYLES.text, html(text))),
  ].join('')
}

function factsSection({ facts }: MailContent): string {
  const rows = facts.map(
    ({ label, text }) =>
      `<tr>${element('td', STYLES.label, html(label), 'm')}${element('td', STYLES.value, html(text), 't')}</tr>`,
  )
  return rows.length === 0 ? '' : table('width:100%', rows.join(''))
}

function stacksSection({ stacks, hiddenStacks }: MailContent): string {
  if (stacks.length === 0) return ''
  const lines = stacks.map((line) => element('div', STYLES.line, html(line), 'n'))
  return heading('Stacks') + lines.join('') + htmlMore(hiddenStacks, 'stack')
}

function recordSections(content: MailContent): readonly string[] {
  const { open, over, openCount, overCount, hiddenRecords, isBrief } = content
  const show = isBrief ? htmlBriefRecord : htmlRecord
  return [
    recordSection(`Open (${openCount})`, open, show),
    recordSection(`Over (${overCount})`, over, show),
    htmlMore(hiddenRecords, 'change'),
  ]
}

function recordSection(
  title: string,
  groups: readonly RecordGroup[],
  show: (record: RecordForm) => string,
): string {
  if (groups.length === 0) return ''
  const boxes = groups.flatMap(({ stack, records }) => [
    stack === '' ? '' : element('div', STYLES.stack, html(stack), 't'),
    ...records.map(show),
  ])
  return heading(title) + boxes.join('')
}

function stepsSection(steps: readonly NextStep[]): string {
  if (steps.length === 0) return ''
  const items = steps.map(({ text, command, url }) =>
    [
      element('div', STYLES.step, htmlLink(url, text)),
      command === null ? '' : element('div', STYLES.command, html(command)),
    ].join(''),
  )
  return heading('Next') + items.join('')
}

function heading(text: string): string {
  return element('div', STYLES.heading, html(text.toUpperCase()), 'm')
}
