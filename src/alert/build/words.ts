import type { AlertEnding } from '../../domain/alert-message.js'
import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const DAYS_WITH_HOURS = 7

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

/** `less than a minute`, `4 min`, `3 h`, `1 d 2 h`, `12 d`; of a time in milliseconds. */
export function spanText(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute'
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  return days < DAYS_WITH_HOURS && hours > 0 ? `${days} d ${hours} h` : `${days} d`
}

/** `2026-11-24 14:02 UTC`, of an ISO time. */
export function timeText(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 16)} UTC`
}
