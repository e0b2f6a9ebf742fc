const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

// what would break a line, turn the direction of writing or hide: https://www.unicode.org/reports/tr44/#General_Category_Values
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]+/gu

/** A foreign text on one line, cut to so many UTF-16 units, never through the middle of a character. */
export function oneLine(text: string, maxLength: number): string {
  // the rest is never looked at, however long it is
  const line = text.slice(0, maxLength * 2).replace(UNSAFE, ' ').trim()
  if (line.length <= maxLength && text.length <= maxLength * 2) return line
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** `1 change`, `2 changes`; with another plural where there is one. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

/** `less than a minute`, `4 min`, `3 h`, `1 d 2 h`, `12 d`; of a time in milliseconds. */
export function spanText(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute'
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  return days < 7 && hours > 0 ? `${days} d ${hours} h` : `${days} d`
}

/** `2026-11-24 14:02 UTC`, of an ISO time. */
export function timeText(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 16)} UTC`
}
