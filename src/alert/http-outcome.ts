import type { HttpResponse } from '../lib/http.js'
import { parseRetryAfter } from '../lib/retry-after.js'
import type { DeliveryOutcome } from './channel.js'

/** No receiver may hold a message back for longer: that is how long one is tried. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000

/** Refusals that end by themselves: a receiver that is being replaced, busy, or asks to come later. */
const PASSING = new Set([404, 408, 409, 421, 423, 425, 429])

/** What a status that is no success means: tried again, or given up. `what` begins the sentence; the answer's text is not in it. */
export function decideRefusal(
  what: string,
  { status, headers }: HttpResponse,
  nowMs: number,
): DeliveryOutcome {
  if (status >= 500 || PASSING.has(status)) return retryAfter(`${what} answered ${status}`, headers, nowMs)
  return { status: 'rejected', problem: `${what} answered ${status}: ${remedyFor(status)}` }
}

/** Tried again, when the answer's `Retry-After` says so. */
export function retryAfter(
  problem: string,
  headers: HttpResponse['headers'],
  nowMs: number,
): DeliveryOutcome {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], { nowMs, maxMs: MAX_RETRY_AFTER_MS })
  return { status: 'retry', problem, retryAfterMs }
}

function remedyFor(status: number): string {
  if (status < 400) return 'redirects are not followed; configure the address it points to'
  if (status === 401 || status === 403) return 'check the secret, and what it may do'
  if (status === 410) return 'it is gone for good; configure another address'
  return 'it does not take this message; check address and receiver'
}
