import { causeOfFailure, causeOfRecord, causeOfRelease, type PluginChange } from './alert-cause.js'
import type { AlertStack } from './alert-message.js'
import type { Drift } from './drift.js'
import type { DriftRecord } from './record.js'
import type { ScanError } from './scan.js'
import type { Severity } from './severity.js'
import { isStale } from './stack-status.js'

/** What somebody may be told of: a drift, the trouble with a stack's scans, or code that nobody applies. */
export const MATTER_KINDS = ['drift', 'scan', 'pending'] as const
export type MatterKind = (typeof MATTER_KINDS)[number]

/** What is special about a matter; each is told once. */
export const MATTER_MARKS = ['none', 'rule-expired', 'flapping', 'quarantined', 'failing', 'stale'] as const
export type MatterMark = (typeof MATTER_MARKS)[number]

/** One thing that channels are told of, as it is now. */
export interface Matter {
  /** Unique over all stacks: `drift:<fingerprint>`, `scan:<stack>`, `pending:<fingerprint>`. */
  readonly id: string
  readonly kind: MatterKind
  readonly stack: string
  /** `firing`: people are to know; `quiet`: it is there and nothing is said of it; `over`. */
  readonly state: 'firing' | 'quiet' | 'over'
  readonly mark: MatterMark
  /** Another text: it has become another one. */
  readonly content: string
  readonly severity: Severity
  /** What it shares with matters of other stacks that came about by one cause; null: nothing. */
  readonly cause: string | null
  /** ISO 8601, UTC. */
  readonly since: string
  /** It fires only after it has been there for so long. */
  readonly delayMs: number
  /** When it may become another one although nothing happens; null: never. */
  readonly changesAtMs: number | null
  /** What routes and mutes look at; null: the scans of a stack. */
  readonly record: DriftRecord | null
}

/** What is known of a stack when alerts are decided. Times are ISO 8601, UTC. */
export interface StackFacts extends Omit<AlertStack, 'failure'> {
  readonly maxAgeMs: number
  /** Scans in a row without a verdict, up to the last one; and when the first of them began. */
  readonly failures: number
  readonly failingSince: string | null
  readonly error: Pick<ScanError, 'code' | 'phase' | 'message'> | null
  /** Null: its engine has no plug-ins, or they are those of its first scan. */
  readonly pluginChange: PluginChange | null
}

/** Being blind is as bad as a high drift: it may hide one. */
const SCAN_SEVERITY: Severity = 'high'
const DAY_MS = 86_400_000

/** What a drift is looked at with. */
export interface DriftView {
  /** Decides whether a rule still accepts it: through its last day, UTC. */
  readonly nowMs: number
  /** It is open only because a rule has ended. */
  readonly isUnignored: boolean
  readonly pluginChange?: PluginChange | null
}

/** A drift as a matter. */
export function driftMatter(drift: Drift, { nowMs, isUnignored, pluginChange = null }: DriftView): Matter {
  const endsAtMs = drift.state === 'ignored' && drift.rule ? endOfDayMs(drift.rule.until) : null
  const isExpired = endsAtMs !== null && endsAtMs <= nowMs
  const { record } = drift
  return {
    id: `drift:${drift.fingerprint}`,
    kind: 'drift',
    stack: drift.stack,
    state: isExpired ? 'firing' : stateOfDrift(drift),
    mark: markOfDrift(drift, isExpired || isUnignored),
    content: record.contentHash,
    severity: record.severity,
    cause: causeOfRelease(drift, pluginChange) ?? causeOfRecord(record),
    since: drift.firstSeenAt,
    delayMs: 0,
    changesAtMs: isExpired ? null : endsAtMs,
    record,
  }
}

/** The scans of a stack as a matter: firing when `failingAfter` in a row had no verdict, or the last one is too old. */
export function scanMatter(
  facts: StackFacts,
  { nowMs, failingAfter }: { readonly nowMs: number; readonly failingAfter: number },
): Matter {
  const base = { id: `scan:${facts.name}`, kind: 'scan', stack: facts.name, severity: SCAN_SEVERITY } as const
  const calm = { ...base, mark: 'none', content: 'trouble', cause: null, delayMs: 0, record: null } as const
  const now = new Date(nowMs).toISOString()
  if (!facts.isKnown) return { ...calm, state: 'over', since: now, changesAtMs: null }
  if (facts.failures >= failingAfter) {
    const cause = causeOfFailure(facts.provider, facts.error?.code ?? 'unknown')
    return {
      ...calm,
      state: 'firing',
      mark: 'failing',
      cause,
      since: facts.failingSince ?? now,
      changesAtMs: null,
    }
  }
  const stale = { mark: 'stale', cause: JSON.stringify(['scan', 'stale']), state: 'firing' } as const
  // one that never had a verdict becomes stale, not born so
  if (facts.lastGoodScanAt === null)
    return { ...calm, ...stale, since: facts.failingSince ?? now, delayMs: facts.maxAgeMs, changesAtMs: null }
  if (isStale(facts.lastGoodScanAt, facts.maxAgeMs, nowMs))
    return { ...calm, ...stale, since: facts.lastGoodScanAt, changesAtMs: null }
  const changesAtMs = Date.parse(facts.lastGoodScanAt) + facts.maxAgeMs + 1
  return { ...calm, state: 'over', since: facts.lastGoodScanAt, changesAtMs }
}

/** Code that is declared and not applied, as a matter that fires after a while. */
export function pendingMatter(
  stack: string,
  record: DriftRecord,
  { nowMs, delayMs }: { readonly nowMs: number; readonly delayMs: number },
): Matter {
  return {
    id: `pending:${record.fingerprint}`,
    kind: 'pending',
    stack,
    state: 'firing',
    mark: 'none',
    content: 'pending',
    severity: record.severity,
    cause: null,
    since: new Date(nowMs).toISOString(),
    delayMs,
    changesAtMs: null,
    record,
  }
}

/** The end of a day such as `2027-03-31` in UTC. */
export function endOfDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) + DAY_MS
}

function stateOfDrift({ state, isFlapping }: Drift): Matter['state'] {
  if (state === 'open') return 'firing'
  if (state === 'resolved') return isFlapping ? 'quiet' : 'over'
  // a rule in Git is somebody's decision: for those who were told it is over
  return state === 'ignored' ? 'over' : 'quiet'
}

function markOfDrift({ isFlapping, isQuarantined }: Drift, isByRule: boolean): MatterMark {
  if (isFlapping) return 'flapping'
  if (isQuarantined) return 'quarantined'
  return isByRule ? 'rule-expired' : 'none'
}
