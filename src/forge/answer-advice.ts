import type { Clock } from '../lib/clock.js'
import { parseRetryAfter } from '../lib/retry-after.js'

/** An answer that is not what was asked for. */
export interface RefusedAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the token is wrong, expired or revoked: renew it',
  403: 'the token lacks a right: `driftd doctor` says what it may',
  404: 'it does not exist, or the token may not see it: check remediation.forge and the rights of its token',
  409: 'it refuses what was asked: look at it there',
  422: 'it refuses what was asked: look at it there',
}
/** No forge asks to wait for longer. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1_000

/** What was no JSON: the page of a proxy, a sign-in, or an address that is no API. */
export const NOT_THE_API = 'the answer is not that of its API: check apiUrl, and what stands in between'

/** What a pull request that cannot be read as a whole comes to. */
export const TOO_MUCH = 'close it, and let driftd propose anew'

/** What a status means and what to do, in words that follow `GitHub answered 403: `. Nothing of the answer's own words. */
export function adviseOn({ status, headers }: RefusedAnswer, clock: Clock): string {
  const isLimited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'
  if (status === 429 || (status === 403 && isLimited))
    return `its rate limit is used up: ${waitFor(headers, clock)}`
  if (status >= 500) return 'try again later'
  return ADVICE[status] ?? NOT_THE_API
}

function waitFor(headers: RefusedAnswer['headers'], clock: Clock): string {
  const limits = { nowMs: clock.now().getTime(), maxMs: MAX_WAIT_MS }
  const waitMs = parseRetryAfter(headers['retry-after'], limits)
  return waitMs === null ? 'ask again later' : `ask again in ${Math.ceil(waitMs / 1_000)} s`
}
