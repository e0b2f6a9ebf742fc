import { createRedactor, type Redactor } from './redact.js'

/** A redactor whose secrets may change while it is in use. */
export interface GrowingRedactor {
  readonly redactor: Redactor
  /** Takes more secrets. What was one before stays one: a scan that still runs may say it. */
  add(secrets: readonly string[]): void
}

/** Former secrets that are kept: a token that is rotated and read again every hour must not make every line slower for ever. */
const MAX_FORMER = 1_000

/** A redactor for these secrets and for all that are added, the 1,000 last former ones included. */
export function createGrowingRedactor(first: readonly string[]): GrowingRedactor {
  let secrets = [...new Set(first)]
  let current = createRedactor(secrets)
  return {
    redactor: {
      text: (text) => current.text(text),
      value: (value) => current.value(value),
      isTouched: (text) => current.isTouched(text),
    },
    add(more) {
      const next = new Set(more)
      const former = secrets.filter((secret) => !next.has(secret)).slice(0, MAX_FORMER)
      secrets = [...next, ...former]
      current = createRedactor(secrets)
    },
  }
}
