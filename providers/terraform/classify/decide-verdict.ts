import type { Action, Cause, Kind } from '../../../src/domain/record.js'
import type { ResourceDelta } from '../plan-json/plan-json.js'
import type { PathDelta } from './path-delta.js'
import type { JudgedPaths, ResourcePair } from './resource-paths.js'

/** A place that is reported, with who made it differ. */
export interface CausedDelta {
  readonly delta: PathDelta
  readonly cause: Cause
}

/** What is said of one resource. */
export interface Verdict {
  readonly kind: Kind
  readonly action: Action
  readonly correctable: boolean
  readonly changes: readonly CausedDelta[]
  readonly detail: string | null
}

/** What else bears on a verdict. */
export interface VerdictEvidence {
  readonly pair: ResourcePair
  readonly paths: JudgedPaths
  /** False for a refresh-only plan and one that stopped: a missing change says nothing then. */
  readonly saysWhatCodeWants: boolean
  readonly isInCode: boolean
  /** The drifted resource that an otherwise unexplained planned change follows from, or null. */
  readonly followsFrom: string | null
}

/**
 * The verdict on one resource, or null where nothing is to be said (shared facts, rules 1-7, corrections a, f, g).
 */
export function decideVerdict(evidence: VerdictEvidence): Verdict | null {
  const { drift, change } = evidence.pair
  const action = change?.action ?? null
  if (drift?.action === 'delete') return decideGone(evidence)
  switch (action) {
    case 'create':
      return plain('pending', 'create', null)
    case 'delete':
    case 'forget':
      return decideRemoved(evidence, action)
    case 'update':
    case 'replace':
      return decidePlanned(evidence, action)
    default:
      return decideUnplanned(evidence)
  }
}

/** What the record of a change says of itself where the engine gives a reason. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['replace_because_tainted', 'It is tainted: its last creation failed half-way, or someone marked it.'],
  ['replace_by_request', 'Its replacement was asked for (-replace).'],
  ['replace_by_triggers', 'A resource in its replace_triggered_by changes.'],
  ['delete_because_no_resource_config', 'Its block is no longer in the code.'],
  ['delete_because_no_module', 'Its module is no longer in the code.'],
  ['delete_because_wrong_repetition', 'It no longer has this instance key in the code.'],
  ['delete_because_count_index', 'Its index is beyond count.'],
  ['delete_because_each_key', 'Its key is no longer in for_each.'],
  ['delete_because_no_move_target', 'It was moved to an address that is not in the code.'],
])

function decideGone({ pair, saysWhatCodeWants, isInCode }: VerdictEvidence): Verdict | null {
  const isDeclared = pair.change?.action === 'create' || (!saysWhatCodeWants && isInCode)
  if (isDeclared) return plain('deleted', 'create', null)
  return plain('informational', 'none', 'Deleted outside, and no longer in the code: nothing to do.')
}

function decideRemoved({ pair, paths }: VerdictEvidence, action: 'delete' | 'forget'): Verdict {
  const { change } = pair
  const outside = outsideChanges(paths)
  const reason = change?.deposed
    ? `A deposed object (${change.deposed}) that a replacement left behind.`
    : action === 'forget'
      ? 'The code gives it up without destroying it.'
      : (REASONS.get(change?.reason ?? '') ?? null)
  if (outside.length === 0) return plain('pending', action, reason)
  return { kind: 'conflict', action, correctable: true, changes: outside, detail: reason }
}

function decidePlanned(evidence: VerdictEvidence, action: 'update' | 'replace'): Verdict {
  const { paths, pair, followsFrom } = evidence
  const outside = outsideChanges(paths)
  const both = caused(paths.byBoth, 'both')
  const unknown = followsFrom === null ? paths.unknown.map(({ delta }) => delta) : []
  const code = [...caused(paths.byCode, 'code'), ...caused(unknown, 'code')]
  const changes = [...both, ...outside, ...code]
  const correctable = paths.uncorrected.length === 0
  const reason = REASONS.get(pair.change?.reason ?? '') ?? null
  if (pair.change?.isImport) return { kind: 'pending', action: 'import', correctable, changes, detail: null }
  if (both.length > 0 || (outside.length > 0 && code.length > 0)) {
    return { kind: 'conflict', action, correctable, changes, detail: reason }
  }
  if (outside.length > 0) return { kind: 'changed', action, correctable, changes, detail: reason }
  if (followsFrom !== null && code.length === 0) {
    const detail = `Follows from ${followsFrom}, which was changed or deleted outside.`
    const follows = caused(
      paths.unknown.map(({ delta }) => delta),
      'outside',
    )
    return { kind: 'informational', action, correctable: true, changes: follows, detail }
  }
  if (code.length > 0 || reason !== null) {
    return { kind: 'pending', action, correctable, changes: code, detail: reason }
  }
  return decideFormOnly(paths, pair.change, action)
}

/** A plan to change without any value that differs: form only, or marks of sensitivity, or what the provider computes. */
function decideFormOnly(
  paths: JudgedPaths,
  change: ResourceDelta | null,
  action: 'update' | 'replace',
): Verdict {
  const quiet = quietChanges(paths)
  if (action === 'replace') return plain('pending', 'replace', null)
  const detail =
    change !== null && change.attributes.length > 0
      ? 'The plan changes only what the provider computes.'
      : 'The planned values differ from the actual ones only in form.'
  return { kind: 'informational', action: 'none', correctable: true, changes: quiet, detail }
}

/** The plan does nothing with it. */
function decideUnplanned(evidence: VerdictEvidence): Verdict | null {
  const { pair, paths, saysWhatCodeWants, isInCode } = evidence
  const { change, drift } = pair
  const changes = outsideChanges(paths)
  if (change?.isImport) return plain('pending', 'import', null)
  if (changes.length > 0) {
    if (saysWhatCodeWants && change === null && !isInCode) {
      const detail = 'Changed outside, and no longer in the code.'
      return { kind: 'informational', action: 'none', correctable: false, changes, detail }
    }
    const correctable = paths.uncorrected.length === 0
    if (!correctable) return leftAlone(changes)
    return { kind: 'changed', action: 'update', correctable, changes, detail: null }
  }
  const moved = change?.previousAddress ?? drift?.previousAddress ?? null
  const quiet = quietChanges(paths)
  if (moved === null && quiet.length === 0) return null
  const details = [
    moved === null ? null : `Moved from ${moved}.`,
    ...new Set(paths.quiet.map(({ reason }) => QUIET_DETAILS[reason])),
  ]
  return {
    kind: 'informational',
    action: 'none',
    correctable: false,
    changes: quiet,
    detail: details.filter((detail) => detail !== null).join(' '),
  }
}

const QUIET_DETAILS: { readonly [R in JudgedPaths['quiet'][number]['reason']]: string } = {
  ignored: 'The code ignores changes of this (ignore_changes).',
  adopted: 'The code has meanwhile adopted this value.',
  equivalent:
    'The code sets this and the plan leaves it alone: the provider takes the two values for the same.',
  computed: 'Computed by the provider; the code cannot set it.',
  mirrored: 'Another resource of this state accounts for it.',
  'gone-undeclared': 'Something that the code does not declare has gone.',
}

/** Drift without any plan to take it back. */
function leftAlone(changes: readonly CausedDelta[]): Verdict {
  const detail = 'Applying the code would not undo this: the code does not set it.'
  return { kind: 'changed', action: 'none', correctable: false, changes, detail }
}

function plain(kind: Kind, action: Action, detail: string | null): Verdict {
  return { kind, action, correctable: kind !== 'informational', changes: [], detail }
}

function outsideChanges(paths: JudgedPaths): readonly CausedDelta[] {
  return caused([...paths.reverted, ...paths.uncorrected], 'outside')
}

function quietChanges(paths: JudgedPaths): readonly CausedDelta[] {
  return caused(
    paths.quiet.map(({ delta }) => delta),
    'outside',
  )
}

function caused(deltas: readonly PathDelta[], cause: Cause): readonly CausedDelta[] {
  return deltas.map((delta) => ({ delta, cause }))
}
