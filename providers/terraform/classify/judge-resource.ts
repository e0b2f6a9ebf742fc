import type { Action, Kind } from '../../../src/domain/record.js'
import type { ResourceDelta } from '../plan-json.js'
import { attributeSides } from './attribute-sides.js'
import { compareAttribute } from './compare-attribute.js'
import { flagsAt, type QuietReason } from './decide-left.js'
import type { PathDelta } from './path-delta.js'
import {
  type JudgedPaths,
  judgePaths,
  type PathContext,
  type ResourcePair,
  saysWhatCodeWants,
} from './resource-paths.js'

/** What is to be said of one resource instance. Values are raw: they may be secret. */
export interface ResourceVerdict {
  readonly resource: ResourceDelta
  readonly kind: Kind
  readonly action: Action
  readonly correctable: boolean
  readonly paths: readonly PathDelta[]
  readonly detail: string | null
  /** Values known only after apply are the only cause of the change; see knock-on.ts. */
  readonly unknown: JudgedPaths['unknown']
  /** A schema might have changed the verdict. */
  readonly lacksSchema: boolean
}

/** Decides what a plan says about one resource instance; null where nothing is to be said. */
export function judgeResource(pair: ResourcePair, context: PathContext): ResourceVerdict | null {
  const { drift, change } = pair
  switch (change?.action) {
    case undefined:
    case 'no-op':
      return drift?.action === 'delete' ? judgeGone(pair, drift, context) : judgeUnplanned(pair, context)
    case 'create':
      return drift?.action === 'delete'
        ? say(change, { kind: 'deleted', action: 'create' })
        : say(change, { kind: 'pending', action: 'create' })
    case 'update':
    case 'replace':
      return judgePlanned(pair, change, context)
    case 'delete':
    case 'forget':
      return judgeRemoval(pair, change, context)
    case 'read':
      return null
  }
}

/** Gone, and no plan to make it anew: fine where the code no longer declares it, bad where the plan does not say. */
function judgeGone(pair: ResourcePair, drift: ResourceDelta, context: PathContext): ResourceVerdict {
  const resource = pair.change ?? drift
  if (!saysWhatCodeWants(context.plan)) return say(resource, { kind: 'deleted', action: 'create' })
  const detail = drift.deposed === null ? 'gone, and no longer in the code' : 'a replaced object, now gone'
  return say(resource, { kind: 'informational', action: 'none', detail })
}

function judgeUnplanned(pair: ResourcePair, context: PathContext): ResourceVerdict | null {
  const { drift, change } = pair
  const resource = change ?? drift
  if (resource === null) return null
  if (change?.isImport) return say(change, { kind: 'pending', action: 'import' })
  const judged = judgePaths(pair, context)
  const outside = [...judged.reverted, ...judged.byBoth, ...judged.uncorrected]
  if (outside.length > 0) {
    const isCorrected = judged.uncorrected.length === 0
    return say(resource, {
      kind: 'changed',
      action: isCorrected ? 'update' : 'none',
      correctable: isCorrected,
      paths: outside,
      lacksSchema: judged.lacksSchema,
    })
  }
  const moved = resource.previousAddress === null ? null : `moved from ${resource.previousAddress}`
  if (judged.quiet.length === 0 && moved === null) return null
  return say(resource, {
    kind: 'informational',
    action: 'none',
    paths: judged.quiet.map(({ delta }) => delta),
    detail: moved ?? quietDetail(judged.quiet.map(({ reason }) => reason)),
  })
}

function judgePlanned(
  pair: ResourcePair,
  change: ResourceDelta,
  context: PathContext,
): ResourceVerdict | null {
  const judged = judgePaths(pair, context)
  const action = change.action === 'replace' ? 'replace' : 'update'
  if (change.isImport) return say(change, { kind: 'pending', action: 'import', paths: judged.byCode })
  const outside = [...judged.reverted, ...judged.uncorrected]
  const code = [...judged.byCode, ...judged.unknown.map(({ delta }) => delta)]
  const isByCode = judged.byCode.length > 0 || isOrdered(change)
  const correctable = judged.uncorrected.length === 0
  const { lacksSchema } = judged
  if (judged.byBoth.length > 0 || (outside.length > 0 && isByCode)) {
    const paths = [...outside, ...judged.byBoth, ...code]
    return say(change, { kind: 'conflict', action, correctable, paths, lacksSchema })
  }
  if (outside.length > 0) {
    return say(change, { kind: 'changed', action, correctable, paths: outside, lacksSchema })
  }
  if (code.length > 0 || isByCode) {
    const unknown = isByCode ? [] : judged.unknown
    return say(change, { kind: 'pending', action, paths: code, unknown, detail: reasonDetail(change) })
  }
  const paths = judged.quiet.map(({ delta }) => delta)
  if (action === 'replace')
    return say(change, { kind: 'pending', action, paths, detail: reasonDetail(change) })
  const detail = 'the planned update changes only the form of values, or what the provider computes'
  return say(change, { kind: 'informational', action: 'none', paths, detail })
}

/** The plan acts on the code's or an operator's order, whatever the attributes say. */
function isOrdered(change: ResourceDelta): boolean {
  return ['replace_by_request', 'replace_by_triggers', 'replace_because_tainted'].includes(
    change.reason ?? '',
  )
}

/** To be destroyed or forgotten; edited outside as well, it is a conflict (shared facts, correction g). */
function judgeRemoval(pair: ResourcePair, change: ResourceDelta, context: PathContext): ResourceVerdict {
  const action = change.action === 'forget' ? 'forget' : 'delete'
  const detail =
    change.deposed === null ? reasonDetail(change) : 'what an interrupted replacement left behind'
  const outside = pair.drift?.action === 'update' ? editsBeforeRemoval(pair, pair.drift, context) : []
  if (outside.length === 0) return say(change, { kind: 'pending', action, detail })
  return say(change, { kind: 'conflict', action, paths: outside, detail })
}

/** Places edited outside on something the code no longer has: all but what the provider computes or a sibling explains. */
function editsBeforeRemoval(
  pair: ResourcePair,
  drift: ResourceDelta,
  context: PathContext,
): readonly PathDelta[] {
  const flags = context.schema?.providers[drift.provider]?.[drift.resource.type] ?? null
  return [...attributeSides(pair.drift, null)]
    .flatMap(([name, sides]) => compareAttribute([name], sides, flags?.[name] ?? null))
    .filter((place) => {
      const own = flagsAt(flags, place.path)
      const isComputedOnly = own?.computed === true && own.optional !== true
      return !isComputedOnly && context.mirror.unexplained(drift, place) !== null
    })
    .map((place) => ({ ...place, declared: null }))
}

type Said = Pick<ResourceVerdict, 'kind' | 'action'> &
  Partial<Omit<ResourceVerdict, 'resource' | 'kind' | 'action'>>

function say(resource: ResourceDelta, said: Said): ResourceVerdict {
  return { resource, correctable: true, paths: [], detail: null, unknown: [], lacksSchema: false, ...said }
}

const QUIET_DETAILS: Readonly<Record<QuietReason, string>> = {
  ignored: 'the code ignores changes here (lifecycle.ignore_changes)',
  adopted: 'the code has meanwhile adopted the value that is there',
  equivalent: 'the provider holds the two values for the same',
  computed: 'the provider computes it, and the code does not set it',
  mirrored: 'other resources of this state account for it',
  'gone-undeclared': 'the code does not set it, and it is gone',
}

function quietDetail(reasons: readonly QuietReason[]): string {
  return [...new Set(reasons)].map((reason) => QUIET_DETAILS[reason]).join('; ')
}

const REASON_DETAILS: ReadonlyMap<string, string> = new Map([
  ['replace_because_tainted', 'tainted: an earlier apply of it failed'],
  ['replace_by_request', 'its replacement was asked for'],
  ['replace_by_triggers', 'replaced because of replace_triggered_by'],
  ['delete_because_no_resource_config', 'no longer in the code'],
  ['delete_because_no_module', 'its module is no longer in the code'],
  ['delete_because_wrong_repetition', 'count or for_each was added or removed'],
  ['delete_because_count_index', 'beyond count'],
  ['delete_because_each_key', 'no longer a key of for_each'],
  ['delete_because_no_move_target', 'moved to where nothing is declared'],
])

function reasonDetail(change: ResourceDelta): string | null {
  return REASON_DETAILS.get(change.reason ?? '') ?? null
}
