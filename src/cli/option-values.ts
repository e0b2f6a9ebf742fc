import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../config/values/parse-duration.js'
import { isExpired } from '../domain/ignore-rule.js'

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** One line without control characters, and not empty: what is stored as text for people. */
export function parseLine(text: string): string {
  const line = text.trim()
  if (line === '' || line.length > MAX_LINE_LENGTH || /[\0-\x1f\x7f]/.test(line)) {
    throw new InvalidArgumentError(`must be one line of 1 to ${MAX_LINE_LENGTH} characters`)
  }
  return line
}

const MAX_LINE_LENGTH = 1_000

/** A day such as `2027-03-31` that is not over yet, in UTC. */
export function parseDayToCome(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
  if (!isDay || new Date(text).toISOString().slice(0, text.length) !== text) {
    throw new InvalidArgumentError('must be a day such as 2027-03-31')
  }
  if (isExpired(text, new Date().toISOString())) throw new InvalidArgumentError('is over already')
  return text
}

/** A duration such as `90s` or `20m`, in milliseconds. */
export function parseTimeout(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs === null) throw new InvalidArgumentError('must be a duration such as 90s, 20m or 2h')
  return durationMs
}
