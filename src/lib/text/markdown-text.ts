import { escapeText } from './escape-text.js'
import { cutMiddleTo } from './text-width.js'

const MAX_SPAN_WIDTH = 200
const WORD_JOINER = '\u2060'
// GitHub, GitLab and Bitbucket: a name that is spoken to, and a word that closes the issue named after it
const MENTION = /(?<!\w)@(?=\w)/g
// issues, merge requests, snippets, milestones, labels, epics: `#12`, `!12`
const REFERENCE = /[#!$%~&](?=\w)/g
const CLOSING_WORD =
  /(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)(:?\s+)(?=\S*\d)/gi

/**
 * A foreign text as inline code, which forges show as it is: no markup, no HTML, no link, no mention. It may stand
 * in a row of a table made by `tableRow`. Long ones lose their middle.
 */
export function codeSpan(text: string): string {
  const safe = defuse(cutMiddleTo(escapeText(text), MAX_SPAN_WIDTH))
  if (safe.trim() === '') return '–'
  const fence = '`'.repeat(longestRun(safe, /`+/g) + 1)
  // one space on both sides is taken off again
  const pad = /^[` ]|[` ]$/.test(safe) ? ' ' : ''
  return fence + pad + safe + pad + fence
}

/** A foreign text as prose on one line: no markup, no HTML, no link, no mention, no reference to an issue. */
export function proseText(text: string): string {
  const safe = defuse(escapeText(text)).replace(REFERENCE, `$&${WORD_JOINER}`)
  // what has a meaning somewhere, a colon in a bare URL included; each may stand behind a backslash (CommonMark, 2.4)
  return safe.replace(/[\\`*_{}[\]()<>#+\-.!|~&:$@=^]/g, '\\$&')
}

/** A link with a foreign text; the text alone where the URL is none of the web. */
export function linkTo(url: string | null, text: string): string {
  const label = codeSpan(text)
  if (url === null || !/^https?:\/\//.test(url)) return label
  // between angle brackets all but these is part of the address
  return `[${label}](<${url.replace(/[\s<>\\]/g, encodeURIComponent)}>)`
}

/** Lines as a block of code. Indented, so that no robot takes a line for a command to it. */
export function codeBlock(lines: readonly string[]): string {
  const safe = defuse(lines.map((line) => `  ${escapeText(line)}`.trimEnd()).join('\n'))
  const fence = '`'.repeat(Math.max(3, longestRun(safe, /`+/g) + 1))
  return `${fence}text\n${safe}\n${fence}`
}

/** A block of which only the title is seen until it is opened. */
export function foldedBlock(title: string, lines: readonly string[]): string {
  const safe = defuse(cutMiddleTo(escapeText(title), MAX_SPAN_WIDTH))
  return `<details><summary><code>${htmlText(safe)}</code></summary>\n\n${codeBlock(lines)}\n\n</details>`
}

/** A row of a table; a bar in a cell stays in its cell, also inside code (GFM, example 200). */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Code is not searched for mentions and closing words by today's forges; what reads the source may do so. */
function defuse(text: string): string {
  return text.replace(MENTION, `@${WORD_JOINER}`).replace(CLOSING_WORD, `$1$2${WORD_JOINER}`)
}

function htmlText(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function longestRun(text: string, pattern: RegExp): number {
  return Math.max(0, ...(text.match(pattern) ?? []).map((run) => run.length))
}
