import type { Matter, MatterKind } from './alert-matter.js'
import type { AlertReason } from './alert-message.js'
import { compareSeverities } from './severity.js'

/** How fast a group is told. All in milliseconds. */
export interface AlertPace {
  /** How long the first message waits for more of the same. */
  readonly groupWaitMs: number
  /** The least time from one message of a group to its next news. */
  readonly groupIntervalMs: number
  /** When what is still open is told again, each counted from the message before; then only the digest has it. */
  readonly repeatAfterMs: readonly number[]
}

/** Why nothing is said of a matter now: `muted` still lets its end through, the others hold everything. */
export const HOLDS = ['muted', 'inhibited', 'inactive'] as const
export type Hold = (typeof HOLDS)[number]

/** A matter of a group, and what holds its news back. */
export interface GroupMatter {
  readonly matter: Matter
  readonly hold: Hold | null
}

/** What a channel was told of one matter. */
export type ToldMatter = Pick<Matter, 'content' | 'severity' | 'mark'>

/** What a channel was last told of a group. */
export interface LastSent {
  readonly atMs: number
  /** How often it was repeated since the last news. */
  readonly repeats: number
  /** False: every message of it was given up as undeliverable, so nobody knows of it. */
  readonly isAnnounced: boolean
  /** What was told as open, by the id of the matter. */
  readonly told: ReadonlyMap<string, ToldMatter>
}

/** A group as it is now. */
export interface GroupNow {
  readonly kind: MatterKind
  readonly matters: readonly GroupMatter[]
  /** When the first of those that the channel does not know yet was noticed. */
  readonly waitingSinceMs: number
}

/** What of a group the channel does not know yet. */
export interface News {
  readonly fresh: readonly Matter[]
  readonly changed: readonly Matter[]
  readonly raised: readonly Matter[]
  readonly over: readonly Matter[]
}

/** What to do about a group. */
export interface AlertDecision {
  /** `none` until it is due. */
  readonly reason: AlertReason
  /** What comes, and when, if nothing else happens; null: nothing. With a reason other than `none` it is that one. */
  readonly next: { readonly reason: AlertReason; readonly atMs: number } | null
  readonly news: News
}

/**
 * Compares a group with what its channel was last told. In the order of Alertmanager's `needsUpdate`: louder (at once), new
 * members, others, all or some over, repeat due, nothing. What is over and was never announced is not told.
 */
export function decideAlert(
  lastSent: LastSent | null,
  current: GroupNow,
  { nowMs, pace }: { readonly nowMs: number; readonly pace: AlertPace },
): AlertDecision {
  const news = findNews(lastSent, current)
  const next =
    lastSent === null ? decideFirst(current, news, pace) : decideNext(lastSent, current, news, pace)
  const isDue = next !== null && next.atMs <= nowMs
  return { reason: isDue ? next.reason : 'none', next, news }
}

type Next = AlertDecision['next']

function decideFirst({ kind, waitingSinceMs }: GroupNow, { fresh }: News, pace: AlertPace): Next {
  if (fresh.length === 0) return null
  return { reason: firstReason(kind, fresh), atMs: waitingSinceMs + pace.groupWaitMs }
}

function decideNext(lastSent: LastSent, { kind, matters }: GroupNow, news: News, pace: AlertPace): Next {
  const { fresh, changed, raised, over } = news
  const soonMs = lastSent.atMs + pace.groupIntervalMs
  // nobody waits for what has become worse
  if (raised.length > 0) return { reason: 'severity-raised', atMs: lastSent.atMs }
  if (fresh.length > 0) return { reason: joinReason(kind, fresh), atMs: soonMs }
  if (changed.length > 0) return { reason: 'drift-changed', atMs: soonMs }
  if (over.length > 0 && lastSent.isAnnounced)
    return { reason: kind === 'scan' ? 'recovered' : 'resolved', atMs: soonMs }
  const afterMs = pace.repeatAfterMs[lastSent.repeats]
  const isOpen = matters.some(({ matter, hold }) => matter.state === 'firing' && hold === null)
  return afterMs === undefined || !isOpen ? null : { reason: 'repeat-due', atMs: lastSent.atMs + afterMs }
}

function findNews(lastSent: LastSent | null, { kind, matters }: GroupNow): News {
  const told = (matter: Matter): ToldMatter | undefined => lastSent?.told.get(matter.id)
  const speaking = matters.filter(({ hold }) => hold === null).map(({ matter }) => matter)
  const firing = speaking.filter(({ state }) => state === 'firing')
  const fresh = firing.filter((matter) => told(matter) === undefined)
  const loudest = [...(lastSent?.told.values() ?? [])]
    .map(({ severity }) => severity)
    .sort(compareSeverities)[0]
  const isLouder = (matter: Matter): boolean => {
    const before = told(matter)?.severity ?? loudest
    return kind === 'drift' && before !== undefined && compareSeverities(matter.severity, before) < 0
  }
  return {
    fresh,
    changed: firing.filter((matter) => hasChanged(matter, told(matter))),
    raised: firing.filter(isLouder),
    over: matters
      .filter(({ hold }) => hold === null || hold === 'muted')
      .map(({ matter }) => matter)
      .filter((matter) => matter.state === 'over' && told(matter) !== undefined),
  }
}

/** What comes and goes, or is another one in every scan, is told as that once; from then on its content is no news. */
function hasChanged(matter: Matter, told: ToldMatter | undefined): boolean {
  if (told === undefined) return false
  const isRestless = matter.mark === 'flapping' || matter.mark === 'quarantined'
  return isRestless ? matter.mark !== told.mark : matter.content !== told.content
}

function firstReason(kind: MatterKind, fresh: readonly Matter[]): AlertReason {
  if (kind === 'pending') return 'pending-too-long'
  if (kind === 'scan') return fresh.some(({ mark }) => mark === 'failing') ? 'scan-failing' : 'stale'
  return fresh.every(({ mark }) => mark === 'rule-expired') ? 'rule-expired' : 'first-drift'
}

/** Of a group that was told already: another drift of it is a change of the group. */
function joinReason(kind: MatterKind, joining: readonly Matter[]): AlertReason {
  const reason = firstReason(kind, joining)
  return reason === 'first-drift' ? 'drift-changed' : reason
}
