import type { AttributePath } from '../../../src/domain/record.js'
import type { ConfiguredResource, Plan, ResourceAddress, ResourceDelta } from '../plan-json/plan-json.js'
import { configAddressOf } from '../plan-json/resource-address.js'
import type { ResourceFlags, SchemaFlags } from '../plan-json/schema-flags.js'
import { attributeSides } from './attribute-sides.js'
import { type CodeSetting, codeSettingAt } from './code-setting.js'
import { compareAttribute } from './compare-attribute.js'
import { decideLeft, flagsAt, type QuietReason } from './decide-left.js'
import type { Mirror } from './mirror.js'
import type { PathDelta } from './path-delta.js'

/** What a plan says about one resource instance: an entry of the drift, of the changes, or both. */
export interface ResourcePair {
  readonly drift: ResourceDelta | null
  readonly change: ResourceDelta | null
}

/** What the paths of a resource are judged with. */
export interface PathContext {
  readonly plan: Plan
  readonly schema: SchemaFlags | null
  readonly mirror: Mirror
  readonly ignoreChangesOf?: ((address: ResourceAddress) => 'all' | readonly AttributePath[]) | undefined
  readonly dynamicBlocksOf?: ((address: ResourceAddress) => readonly string[]) | undefined
}

/** Paths of one resource, sorted by what they mean. */
export interface JudgedPaths {
  /** Changed outside, and the plan puts them back. */
  readonly reverted: readonly PathDelta[]
  /** Changed outside, and the plan leaves them as they are. */
  readonly uncorrected: readonly PathDelta[]
  readonly byCode: readonly PathDelta[]
  readonly byBoth: readonly PathDelta[]
  /** Only that they will change is known; what the code says of each. */
  readonly unknown: readonly { readonly delta: PathDelta; readonly setting: CodeSetting }[]
  readonly quiet: readonly { readonly delta: PathDelta; readonly reason: QuietReason }[]
  /** A verdict of `uncorrected` that a schema might have changed. */
  readonly lacksSchema: boolean
}

/** Judges every place of a resource that differs. */
export function judgePaths(pair: ResourcePair, context: PathContext): JudgedPaths {
  const delta = pair.change ?? pair.drift
  const judged = {
    reverted: [],
    uncorrected: [],
    byCode: [],
    byBoth: [],
    unknown: [],
    quiet: [],
  } as Collected
  if (delta === null) return { ...judged, lacksSchema: false }
  const judge = new PathJudge(pair, delta, context)
  for (const [name, sides] of attributeSides(pair.drift, planned(pair, context))) {
    for (const place of compareAttribute([name], sides, flagsAt(judge.flags, [name])))
      judge.sort(place, judged)
  }
  const places = new Set(
    [...judged.reverted, ...judged.byCode, ...judged.byBoth].map((place) => JSON.stringify(place.path)),
  )
  const isEcho = (place: PathDelta): boolean => places.has(JSON.stringify(echoedPath(place.path)))
  return {
    ...judged,
    reverted: judged.reverted.filter((place) => !isEcho(place)),
    byCode: judged.byCode.filter((place) => !isEcho(place)),
    uncorrected: judged.uncorrected.filter((place) => !isEcho(place)),
    lacksSchema: judge.flags === null && judged.uncorrected.length > 0,
  }
}

type Collected = {
  -readonly [K in Exclude<keyof JudgedPaths, 'lacksSchema'>]: JudgedPaths[K][number][]
}

/** Sorts the places of one resource. */
class PathJudge {
  readonly flags: ResourceFlags | null
  readonly #pair: ResourcePair
  readonly #resource: ResourceDelta
  readonly #context: PathContext
  readonly #configured: ConfiguredResource | null
  readonly #ignored: 'all' | readonly AttributePath[]
  readonly #dynamic: readonly string[]

  constructor(pair: ResourcePair, resource: ResourceDelta, context: PathContext) {
    this.#pair = pair
    this.#resource = resource
    this.#context = context
    this.flags = context.schema?.providers[resource.provider]?.[resource.resource.type] ?? null
    this.#configured = context.plan.configured.get(configAddressOf(resource.resource)) ?? null
    this.#ignored = context.ignoreChangesOf?.(resource.resource) ?? []
    this.#dynamic = context.dynamicBlocksOf?.(resource.resource) ?? []
  }

  sort(place: PathDelta, judged: Collected): void {
    const setting = codeSettingAt(this.#configured, place.path)
    switch (place.standing) {
      case 'outside':
        // what the provider will only know after apply is put back only where the code sets it
        if (place.isUnknown && !this.#isSet(place, setting)) this.#sortLeft(place, setting, judged)
        else judged.reverted.push(place)
        return
      case 'both':
        judged.byBoth.push(place)
        return
      case 'code':
        if (this.#isCause(place, setting)) judged.byCode.push(place)
        return
      case 'unknown':
        if (this.#isCause(place, setting)) judged.unknown.push({ delta: place, setting })
        return
      case 'left':
        this.#sortLeft(place, setting, judged)
        return
    }
  }

  #sortLeft(place: PathDelta, setting: CodeSetting, judged: Collected): void {
    const unexplained = this.#pair.drift ? this.#context.mirror.unexplained(this.#pair.drift, place) : place
    const verdict = decideLeft({
      resourceType: this.#resource.resource.type,
      delta: place,
      flags: this.flags,
      setting,
      isInUnsetBlock: this.#isInUnsetBlock(place),
      isDynamic: this.#dynamic.includes(String(place.path[0])),
      isIgnored: isIgnored(this.#ignored, place.path),
      isRemoved: this.#resource.action === 'delete' || this.#resource.action === 'forget',
      unexplained,
    })
    if (verdict !== 'changed') judged.quiet.push({ delta: place, reason: verdict })
    else judged.uncorrected.push(undeclared(unexplained ?? place))
  }

  #isInUnsetBlock({ path }: PathDelta): boolean {
    const [name = ''] = path
    if (flagsAt(this.flags, [name])?.block !== true || this.#dynamic.includes(String(name))) return false
    return codeSettingAt(this.#configured, [name]).kind === 'none'
  }

  /** Of a replacement only what forces it, and what the code sets; else also what the provider planned by itself. */
  #isCause(place: PathDelta, setting: CodeSetting): boolean {
    if (this.#resource.replacePaths.some((path) => isWithin(place.path, path))) return true
    if (this.#isSet(place, setting)) return true
    if (this.#resource.action === 'replace' || this.#configured === null)
      return this.#configured === null && this.#resource.action !== 'replace'
    const flags = flagsAt(this.flags, place.path)
    return place.standing === 'code' && flags?.computed !== true
  }

  #isSet(place: PathDelta, setting: CodeSetting): boolean {
    return (
      setting.kind !== 'none' || place.path[0] === 'tags' || this.#dynamic.includes(String(place.path[0]))
    )
  }
}

/** A refresh-only plan says nothing of what the code wants: then the state stands for it, where the code sets a value. */
function planned(pair: ResourcePair, context: PathContext): ResourceDelta | null {
  if (pair.change !== null || pair.drift === null || saysWhatCodeWants(context.plan)) return pair.change
  const { drift } = pair
  const configured = context.plan.configured.get(configAddressOf(drift.resource)) ?? null
  const attributes = drift.attributes
    .filter(
      (attribute) =>
        codeSettingAt(configured, [attribute.name]).kind !== 'none' || attribute.name === 'tags_all',
    )
    .map((attribute) => ({ ...attribute, before: attribute.after, after: attribute.before }))
  return { ...drift, action: 'no-op', attributes }
}

/** False for a refresh-only plan, and for one that stopped before it came to every resource. */
export function saysWhatCodeWants(plan: Plan): boolean {
  return plan.hasChanges && plan.isComplete
}

/** The code does not set it: it declares none of these elements, and no value. */
function undeclared(place: PathDelta): PathDelta {
  return { ...place, declared: place.isElements ? [] : null }
}

function isIgnored(ignored: 'all' | readonly AttributePath[], path: AttributePath): boolean {
  return ignored === 'all' || ignored.some((pattern) => isWithin(path, pattern))
}

/** `tags["Owner"]` is within `tags`; elements of a set have no index, so the set as a whole is within any of its parts. */
function isWithin(path: AttributePath, around: AttributePath): boolean {
  return around.slice(0, path.length).every((key, index) => String(key) === String(path[index]))
}

/** Google keeps each label up to three times; the copies follow the first. */
const ECHOES: ReadonlyMap<string, string> = new Map([
  ['effective_labels', 'labels'],
  ['terraform_labels', 'labels'],
  ['effective_annotations', 'annotations'],
])

function echoedPath(path: AttributePath): AttributePath | null {
  const original = ECHOES.get(String(path[0]))
  return original === undefined ? null : [original, ...path.slice(1)]
}
