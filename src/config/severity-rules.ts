import type { AttributePath } from '../domain/record.js'
import type { SeverityRule } from '../domain/severity-rule.js'
import { compileTextGlob } from '../lib/text-glob.js'
import type { SeverityTable } from './sections/severity.js'

/** The user's severity table as rules of the domain, in the order written. */
export function toSeverityRules(table: SeverityTable): readonly SeverityRule[] {
  return table.map(({ match, severity }, index) => ({
    severity,
    why: `line ${index + 1} of severity in driftd.yaml says so`,
    ...(match.type && { resourceType: matchesAny(match.type) }),
    ...(match.address && { address: matchesAny(match.address) }),
    ...(match.kind && { kinds: match.kind }),
    ...(match.action && { actions: match.action }),
    ...(match.path && { everyPath: matchesPath(match.path) }),
    ...(match.anyPath && { anyPath: matchesPath(match.anyPath) }),
  }))
}

/** A test that holds for an attribute path (`a.b.0.c`) when a glob matches it or one of the attributes it is in. */
export function matchesPath(globs: readonly string[]): (path: AttributePath) => boolean {
  const matches = matchesAny(globs)
  return (path) => path.some((_, index) => matches(path.slice(0, index + 1).join('.')))
}

/** A test that holds for a text when one of the globs matches it. */
export function matchesAny(globs: readonly string[]): (text: string) => boolean {
  const tests = globs.map(compileTextGlob)
  return (text) => tests.some((test) => test(text))
}
