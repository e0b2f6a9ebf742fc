import { DriftError } from '../domain/errors.js'
import { suggest } from '../lib/text/suggest.js'
import { compileTextGlob } from '../lib/text-glob.js'

/**
 * The names that match any of the patterns, or all without one. Throws STACK_UNKNOWN, with the hint, where a pattern
 * matches none.
 */
export function selectNames(
  names: readonly string[],
  patterns: readonly string[],
  hint = '`driftd status` lists the names',
): readonly string[] {
  if (patterns.length === 0) return names
  const tests = patterns.map((pattern) => ({ pattern, matches: compileTextGlob(pattern) }))
  const unmatched = tests.find(({ matches }) => !names.some(matches))
  if (unmatched !== undefined) {
    const meant = suggest(unmatched.pattern, names)
    const words = `no stack matches "${unmatched.pattern}"${meant === undefined ? '' : ` (${meant})`}; ${hint}`
    throw new DriftError('STACK_UNKNOWN', words)
  }
  return names.filter((name) => tests.some(({ matches }) => matches(name)))
}
