import type { Cause, Kind } from '../../src/domain/record.js'
import type { Baseline, BaselineState, CodeVersion } from './baseline.js'
import type { HashedChange } from './changes.js'
import type { ResultEvent } from './events.js'

/** What kind of record a difference is, who caused each of its changes, and what a person should know about it. */
export interface KindVerdict {
  readonly kind: Kind
  readonly causes: readonly Cause[]
  readonly note: string | null
}

/** A difference as the two-by-two sees it. */
export interface Difference {
  readonly host: string
  readonly taskKey: string
  readonly result: ResultEvent
  readonly changes: readonly HashedChange[]
  /** The thing is not there at all. */
  readonly isGone: boolean
}

const FLOATING =
  'the code asks for something else than when it was last in sync although nobody changed it (a floating value)'
const NEW_TASK = 'new in the code since the stack was last in sync'
const RESTLESS = 'reports a change although nothing differs from when it was last in sync'

/**
 * The kind of a difference. Without a baseline everything counts as made outside; with one, what the code wants and
 * what the host has are each compared with what they were in the last in-sync scan (facts C2, the two-by-two).
 */
export function classifyKind(
  difference: Difference,
  baseline: Baseline | null,
  version: CodeVersion,
): KindVerdict {
  const isSameCode = baseline !== null && hasSameCode(baseline, version)
  if (baseline === null || !baseline.hasHost(difference.host)) return outside(difference)
  const before = baseline.stateOf(difference.host, difference.taskKey)
  if (before === null) return isSameCode ? outside(difference) : pending(difference, NEW_TASK)
  const causes = difference.changes.map((change) => causeOf(change, difference.result, before))
  if (causes.length > 0 && causes.every((cause) => cause === null)) {
    return { kind: 'informational', causes: causes.map(() => 'outside'), note: RESTLESS }
  }
  const isAsked = difference.result.args === before.args
  const isSameWish = isSameCode || (isAsked && difference.result.want === 'latest')
  const known = causes.map((cause) => cause ?? 'outside')
  if (known.length === 0) known.push(isAsked ? outsideOrFloating(difference.result) : 'code')
  return kindOf(difference, known, isSameWish)
}

function hasSameCode(before: CodeVersion, now: CodeVersion): boolean {
  if (before.commit !== null && before.commit === now.commit) return true
  return before.code !== null && before.code === now.code
}

function outside(difference: Difference): KindVerdict {
  return { kind: driftKind(difference), causes: difference.changes.map(() => 'outside'), note: null }
}

function pending(difference: Difference, note: string): KindVerdict {
  return { kind: 'pending', causes: difference.changes.map(() => 'code'), note }
}

function driftKind(difference: Difference): Kind {
  return difference.isGone ? 'deleted' : 'changed'
}

/** Who changed one attribute; null where neither side differs from the baseline. */
function causeOf(change: HashedChange, result: ResultEvent, before: BaselineState): Cause | null {
  const known = change.attribute === null ? undefined : before.state?.[change.attribute]
  // a module that shows no state: whether the code asks for the same is all there is to know
  if (known === undefined) return result.args === before.args ? outsideOrFloating(result) : 'code'
  const isDeclaredNew = change.declaredState !== known
  const isActualNew = change.actualState !== known
  if (isDeclaredNew) return isActualNew ? 'both' : 'code'
  return isActualNew ? 'outside' : null
}

function outsideOrFloating(result: ResultEvent): Cause {
  return result.want === 'latest' ? 'code' : 'outside'
}

/** `isSameWish`: nobody changed the code, so that where it asks for something else, what it asks for floats. */
function kindOf(difference: Difference, causes: readonly Cause[], isSameWish: boolean): KindVerdict {
  const isOutside = causes.some((cause) => cause !== 'code')
  const isCode = causes.some((cause) => cause !== 'outside')
  const given = difference.changes.map((_, index) => causes[index] ?? 'outside')
  const isFloating = isCode && isSameWish
  const note = isFloating ? FLOATING : null
  if (!isOutside) return { kind: isFloating ? 'informational' : 'pending', causes: given, note }
  return { kind: isCode && !isFloating ? 'conflict' : driftKind(difference), causes: given, note }
}
