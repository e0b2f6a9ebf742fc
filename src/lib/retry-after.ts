const SECONDS = /^\d+(?:\.\d+)?$/
/** The three forms of a date in HTTP; of them only the last is without a zone (RFC 9110, section 5.6.7). */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** When a `Retry-After` is read, and the longest wait that is taken from it. */
export interface RetryAfterLimits {
  readonly nowMs: number
  readonly maxMs: number
}

/**
 * How long a `Retry-After` asks to wait, in milliseconds: seconds or a date of HTTP, from 0 to `maxMs`. Null where there
 * is none, or one that means nothing.
 */
export function parseRetryAfter(value: string | undefined, limits: RetryAfterLimits): number | null {
  const text = value?.trim() ?? ''
  const waitMs = SECONDS.test(text) ? Math.ceil(Number(text) * 1_000) : dateMs(text) - limits.nowMs
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), limits.maxMs)
}

/** NaN where the text is no date of HTTP. `Date.parse` alone takes nearly every text that ends in a number. */
function dateMs(text: string): number {
  if (IMF_FIXDATE.test(text) || RFC_850.test(text)) return Date.parse(text)
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN
}
