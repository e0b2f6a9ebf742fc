const FIRST_MS = 15_000
const LONGEST_MS = 3_600_000
/** The half of it either way: what failed together does not come back together. */
const JITTER = 0.25
/** A receiver that asks for longer is asked again earlier: its answer may be garbage. */
const LONGEST_ASKED_MS = 6 * 3_600_000
const SHORTEST_ASKED_MS = 1_000
const LONGEST_CHANNEL_MS = 300_000

/** What decides when a delivery is attempted again. Times in milliseconds; `random` is between 0 and 1. */
export interface RetryRequest {
  /** Attempts so far, the one that failed included. */
  readonly attempts: number
  /** What the receiver asked for, or null. */
  readonly retryAfterMs: number | null
  readonly nowMs: number
  /** A failure at this time or later is the last one. */
  readonly giveUpAtMs: number
  readonly random: number
}

/** When a delivery that failed is attempted again; null: never. There is a last attempt when its time is over. */
export function decideRetry(request: RetryRequest): number | null {
  const { attempts, retryAfterMs, nowMs, giveUpAtMs, random } = request
  if (nowMs >= giveUpAtMs) return null
  const delayMs =
    retryAfterMs === null
      ? backOffMs(attempts, random)
      : Math.min(LONGEST_ASKED_MS, Math.max(SHORTEST_ASKED_MS, retryAfterMs))
  return Math.min(nowMs + delayMs, giveUpAtMs)
}

/**
 * How long a channel as a whole is left alone after a failure: as long as its receiver asked; else not after the first one
 * (it may be the message), and ever longer after more in a row.
 */
export function channelPauseMs(failures: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return Math.min(LONGEST_ASKED_MS, Math.max(SHORTEST_ASKED_MS, retryAfterMs))
  return failures < 2 ? 0 : Math.min(LONGEST_CHANNEL_MS, backOffMs(failures - 1, random))
}

/** 15 s, 30 s, 1 min ... 1 h, each a quarter shorter or longer. */
function backOffMs(attempts: number, random: number): number {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30))
  return Math.round(ms * (1 - JITTER + 2 * JITTER * random))
}
