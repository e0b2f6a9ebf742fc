import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../config/values/parse-duration.js'

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** A duration such as `90s` or `20m`, in milliseconds. */
export function parseTimeout(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs === null) throw new InvalidArgumentError('must be a duration such as 90s, 20m or 2h')
  return durationMs
}
