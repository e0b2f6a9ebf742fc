import { escapeText } from './escape-text.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `2026-11-24 10:17:00 UTC`; of a time as ISO 8601 has it. */
export function timeText(isoTime: string): string {
  return `${escapeText(isoTime)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')} UTC`
}

/** `2026-11-24 10:17 UTC`; of a time as ISO 8601 has it. */
export function minuteText(isoTime: string): string {
  return timeText(isoTime).replace(/:\d\d UTC$/, ' UTC')
}

/** `40 s`, `5 min`, `5 h 45 min`, `3 d 2 h`: the two largest units; of a time in milliseconds. */
export function spanText(spanMs: number): string {
  if (spanMs < MINUTE_MS) return `${Math.round(spanMs / 1_000)} s`
  if (spanMs < HOUR_MS) return `${Math.floor(spanMs / MINUTE_MS)} min`
  if (spanMs < DAY_MS) return twoUnits(spanMs, [HOUR_MS, 'h'], [MINUTE_MS, 'min'])
  return twoUnits(spanMs, [DAY_MS, 'd'], [HOUR_MS, 'h'])
}

type Unit = readonly [sizeMs: number, name: string]

function twoUnits(spanMs: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const rest = Math.floor((spanMs % largeMs) / smallMs)
  const head = `${Math.floor(spanMs / largeMs)} ${large}`
  return rest === 0 ? head : `${head} ${rest} ${small}`
}
