import type { AppliedRule, AttributePath, DriftRecord, Kind } from './record.js'
import { isDriftKind } from './record.js'

/**
 * A rule of a repository that accepts differences of one stack. Every condition that is given must hold; `everyPath`
 * holds when it accepts every changed attribute of the record (a tag beside an open port is no mere tag).
 */
export interface IgnoreRule extends AppliedRule {
  /** Names what the rule matches: hits are counted by it. */
  readonly key: string
  /** What it matches, on one line, for people. */
  readonly match: string
  readonly address?: (address: string) => boolean
  readonly host?: (host: string) => boolean
  readonly everyPath?: (path: AttributePath) => boolean
  /** Absent: the kinds that count as drift. */
  readonly kinds?: readonly Kind[]
}

/** Records after the rules of their stack, and what the rules did. */
export interface Ignoring {
  /** In the order given; what a rule accepts says so. */
  readonly records: readonly DriftRecord[]
  /** How many records each rule accepted, by its key; rules that accepted none are left out. */
  readonly hits: Readonly<Record<string, number>>
  /** Rules that would have accepted something, had they not expired. */
  readonly expired: readonly IgnoreRule[]
}

/** Applies the rules to the records of one scan; the first that matches and has not expired wins. */
export function applyIgnoreRules(
  records: readonly DriftRecord[],
  rules: readonly IgnoreRule[],
  now: string,
): Ignoring {
  const inForce = rules.filter(({ until }) => !isExpired(until, now))
  const over = rules.filter(({ until }) => isExpired(until, now))
  const hits = new Map<string, number>()
  const expired = new Set<IgnoreRule>()
  const judged = records.map((record): DriftRecord => {
    const rule = inForce.find((one) => matchesRule(record, one))
    if (rule === undefined) {
      for (const one of over) if (matchesRule(record, one)) expired.add(one)
      return record
    }
    hits.set(rule.key, (hits.get(rule.key) ?? 0) + 1)
    const { reason, owner, until } = rule
    return { ...record, ignored: { reason, owner, until } }
  })
  return { records: judged, hits: Object.fromEntries(hits), expired: [...expired] }
}

/** True once the last day of a rule (UTC) is over. */
export function isExpired(until: string, now: string): boolean {
  return now.slice(0, until.length) > until
}

function matchesRule(record: DriftRecord, rule: IgnoreRule): boolean {
  if (rule.kinds ? !rule.kinds.includes(record.kind) : !isDriftKind(record)) return false
  if (rule.address && !rule.address(record.address)) return false
  if (rule.host && !(record.host !== null && rule.host(record.host))) return false
  return rule.everyPath === undefined || acceptsPaths(record, rule.everyPath)
}

/** A rule about attributes never hides that the whole thing is gone, or would be destroyed. */
function acceptsPaths(
  { kind, action, changes }: DriftRecord,
  accepts: (path: AttributePath) => boolean,
): boolean {
  if (kind === 'deleted' || action === 'delete' || action === 'replace') return false
  return changes.length > 0 && changes.every(({ path }) => accepts(path))
}
