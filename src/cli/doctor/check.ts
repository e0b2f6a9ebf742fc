import { toDriftError } from '../../domain/errors.js'
import type { EXAMINED_AREAS, Examination } from '../../domain/examination.js'

/** What was looked at, by area. */
export interface Check extends Examination {
  readonly area: (typeof EXAMINED_AREAS)[number]
}

/** What may be said of a thing beside its name. */
interface Finding {
  readonly area: Check['area']
  readonly what: string
  readonly detail: string
}

/** Something is as it should be. */
export function ok(finding: Finding): Check {
  return { ...finding, state: 'ok', fix: null }
}

/** Somebody should know, though scans will run. */
export function warning(finding: Finding, fix: string | null): Check {
  return { ...finding, state: 'warning', fix }
}

/** Scans will fail. */
export function problem(finding: Finding, fix: string | null): Check {
  return { ...finding, state: 'problem', fix }
}

/** An error in the words of its message, which says what to do; `fix` where a command does it. */
export function problemOf(at: Omit<Finding, 'detail'>, error: unknown, fix: string | null = null): Check {
  const { code, message } = toDriftError(error)
  return problem({ ...at, detail: `${message} (${code})` }, fix)
}
