import type { AlertEnding } from '../../domain/alert-message.js'
import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'

/** How something ended, where it is counted: `2 no longer there`. */
export const ENDING_WORDS: Readonly<Record<AlertEnding, string>> = {
  vanished: 'no longer there',
  remediated: 'undone by an approved request',
  adopted: 'taken over by the code',
  accepted: 'accepted by a rule',
  unconfigured: 'of a stack that is configured no longer',
}

/** A foreign text on one line that nothing obeys, of at most so many UTF-16 units. */
export function oneLine(text: string, maxLength: number): string {
  // the rest is never looked at, however long it is
  return cutText(escapeText(text.slice(0, maxLength + 1)), maxLength)
}
