import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'

// GitHub shows the first 1,024 characters of a message, others more
const MAX_LENGTH = 4_000

/**
 * The text of a message, lines kept. Braces stand doubled (3.11.5: single ones are placeholders), and nothing in it
 * is a link (3.11.6).
 */
export function sarifText(text: string): string {
  const safe = text.split('\n').map(escapeText).join('\n')
  return cutText(safe, MAX_LENGTH).replace(/[{}]/g, '$&$&').replaceAll('](', '] (')
}

/** A path as the relative URI of an artifact; an absolute one as `file:`. */
export function sarifUri(path: string): string {
  const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return encoded.startsWith('/') ? `file://${encoded}` : encoded
}
