import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const WORD_JOINER = '\u2060'
/** Slack speaks to all by these where an application asks for names to be linked; ours does not, another reader of the text may. */
const SHOUT = /@(?=channel|here|everyone)/gi

/**
 * A foreign text as Slack shows it, on one line: nothing in it is a link, a mention or a command. Slack has no escape for its
 * back-tick: a look-alike stands for it.
 */
export function slackText(text: string): string {
  return escapeText(text)
    .replace(SHOUT, `@${WORD_JOINER}`)
    .replaceAll('`', 'ˋ')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
}

/** A foreign text as inline code. */
export function slackCode(text: string): string {
  const safe = slackText(text)
  return safe.trim() === '' ? '–' : `\`${safe}\``
}

/** Lines as a block of code. */
export function slackBlock(lines: readonly string[]): string {
  return `\`\`\`\n${lines.map((line) => indented(line)).join('\n')}\n\`\`\``
}

/** A link with a text of ours; just the text where the URL is none of the web. */
export function slackLink(url: string | null, text: string): string {
  const label = slackText(text)
  if (url === null || !/^https?:\/\//.test(url)) return label
  const address = url.replace(/[\s<>|]/g, encodeURIComponent).replaceAll('&', '&amp;')
  return `<${address}|${label}>`
}

/** Our text in at most so many units, never through an entity. */
export function cutSlackText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : cutText(text, maxLength).replace(/&[a-z]{0,3}…$/, '…')
}

function indented(line: string): string {
  const [, indent = '', text = ''] = /^( *)(.*)$/s.exec(line) ?? []
  return indent + slackText(text)
}
