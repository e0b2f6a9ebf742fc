import { createHash } from 'node:crypto'
import type { IgnoreRule } from '../domain/ignore-rule.js'
import { compilePathGlobs } from '../lib/path-glob.js'
import type { IgnoreEntry } from './sections/ignore.js'
import { matchesAny, matchesPath } from './severity-rules.js'

const KEY_LENGTH = 16

/** The rules of a repository's own file that are about the stack of this name, its name inside the repository. */
export function ignoreRulesFor(entries: readonly IgnoreEntry[], localName: string): readonly IgnoreRule[] {
  return entries
    .filter(({ match }) => match.stack === undefined || compilePathGlobs(match.stack)(localName))
    .map((entry) => {
      const { match, reason, owner, until } = entry
      return {
        ...describeIgnoreEntry(entry),
        reason,
        owner,
        until,
        ...(match.address && { address: matchesAny(match.address) }),
        ...(match.host && { host: matchesAny(match.host) }),
        ...(match.path && { everyPath: matchesPath(match.path) }),
        ...(match.kind && { kinds: match.kind }),
      }
    })
}

/** What names a rule, and what it matches on one line. A later date or another reason leaves it the same rule. */
export function describeIgnoreEntry({ match }: IgnoreEntry): {
  readonly key: string
  readonly match: string
} {
  const parts = MATCH_KEYS.flatMap((key) => (match[key] ? [[key, match[key]] as const] : []))
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const text = parts.map(([key, values]) => `${key} ${values.join(' or ')}`).join(', ')
  return { key: digest.slice(0, KEY_LENGTH), match: text }
}

const MATCH_KEYS = ['stack', 'address', 'host', 'path', 'kind'] as const
