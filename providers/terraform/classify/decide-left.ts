import type { AttributePath } from '../../../src/domain/record.js'
import type { AttributeFlags, ResourceFlags } from '../plan-json/schema-flags.js'
import type { CodeSetting } from './code-setting.js'
import type { PathDelta } from './path-delta.js'
import { isEmptyValue, isList, isSameValue } from './same-value.js'

/** Why a true difference needs nobody to act. */
export type QuietReason = 'ignored' | 'adopted' | 'equivalent' | 'computed' | 'mirrored' | 'gone-undeclared'

/** What is known about a place that was changed outside and that the plan leaves as it is. */
export interface LeftEvidence {
  readonly resourceType: string
  readonly delta: PathDelta
  /** Null where the provider's schema is not known. */
  readonly flags: ResourceFlags | null
  readonly setting: CodeSetting
  /** True for a nested block, with all that is in it, of which the code has none: the provider may have filled it in. */
  readonly isInUnsetBlock: boolean
  /** True where `dynamic` blocks of the code make this attribute, which the plan JSON does not tell. */
  readonly isDynamic: boolean
  readonly isIgnored: boolean
  /** The plan destroys or forgets the resource: that it leaves a value alone says nothing then. */
  readonly isRemoved: boolean
  /** What no managed resource of the same state accounts for; null where all of it is mirrored. */
  readonly unexplained: PathDelta | null
}

/**
 * Whether a difference that the plan leaves alone is `changed` all the same, or why not
 * (shared facts, rule 4 with correction a).
 */
export function decideLeft(evidence: LeftEvidence): 'changed' | QuietReason {
  const { delta, setting, isIgnored, unexplained } = evidence
  if (isIgnored) return 'ignored'
  const flags = flagsAt(evidence.flags, delta.path)
  if (!evidence.isRemoved && isSetByCode(evidence, flags)) {
    return setting.kind === 'constant' && isSameValue(setting.value, delta.actual) ? 'adopted' : 'equivalent'
  }
  if (flags?.computed && !flags.optional) {
    return isContentFingerprint(evidence.resourceType, delta.path) ? 'changed' : 'computed'
  }
  if (evidence.isRemoved ? isDefault(delta) : isUnsettable(evidence, flags)) return 'equivalent'
  if (unexplained === null) return 'mirrored'
  return isOnlyRemoval(unexplained) ? 'gone-undeclared' : 'changed'
}

/** The flags of the attribute or of the nearest one around it; null where the schema is not known. */
export function flagsAt(resource: ResourceFlags | null, path: AttributePath): AttributeFlags | null {
  let flags: AttributeFlags | null = null
  let below: Readonly<Record<string, AttributeFlags>> | undefined = resource ?? undefined
  for (const key of path) {
    if (typeof key === 'number') continue
    const next: AttributeFlags | undefined = below && Object.hasOwn(below, key) ? below[key] : undefined
    if (next === undefined) break
    // members of an object type and what is inside a computed attribute have no flags of their own
    flags = hasPresence(next) || flags === null ? next : { ...next, ...presenceOf(flags) }
    below = next.of
  }
  return flags
}

/**
 * True where the code gives the value: then no plan means that the provider holds the two values for the same. Not so
 * where the code may well give null: a collection that only grew is one the code does not manage.
 */
function isSetByCode(evidence: LeftEvidence, flags: AttributeFlags | null): boolean {
  const { delta, setting, isDynamic } = evidence
  if (delta.path[0] === 'tags') return true
  if (setting.kind === 'none' && !isDynamic) return false
  if (setting.kind === 'constant') return !isEmptyValue(setting.value)
  const mayBeUnset = flags === null || flags.computed === true
  return !(mayBeUnset && isOnlyGrowth(delta))
}

/** Neither set nor computed, and yet no plan to remove it: the provider holds the two for the same. */
function isUnsettable({ isInUnsetBlock }: LeftEvidence, flags: AttributeFlags | null): boolean {
  return flags !== null && !flags.computed && !isInUnsetBlock
}

/** Nothing was recorded, and what is there is what providers write for nothing. */
function isDefault({ recorded, actual }: PathDelta): boolean {
  return isEmptyValue(recorded) && (actual === false || actual === 0)
}

/** Something came to be where nothing was recorded, or elements were added and none removed. */
function isOnlyGrowth(delta: PathDelta): boolean {
  return isEmptyValue(delta.recorded) && !isEmptyValue(delta.actual)
}

function isOnlyRemoval(delta: PathDelta): boolean {
  return delta.isElements && isEmptyValue(delta.actual) && isList(delta.recorded)
}

/**
 * Computed attributes that stand for content nobody else reports: code of a function, body of an object, versions of a
 * template. Source: the schemas of the aws, google and azurerm providers.
 */
const CONTENT_FINGERPRINTS: ReadonlySet<string> = new Set([
  'code_sha256',
  'source_code_hash',
  'content_md5',
  'content_sha256',
  'md5hash',
  'crc32c',
  'image_digest',
  'latest_version',
  'thumbprint',
])
/** An `etag` is one only of stored objects: policies and distributions change theirs with every edit of anybody. */
const OBJECT_FINGERPRINTS: ReadonlySet<string> = new Set(['etag', 'version_id'])

function isContentFingerprint(resourceType: string, path: AttributePath): boolean {
  const name = path.findLast((key) => typeof key === 'string') ?? ''
  return CONTENT_FINGERPRINTS.has(name) || (resourceType.endsWith('_object') && OBJECT_FINGERPRINTS.has(name))
}

function hasPresence(flags: AttributeFlags): boolean {
  return flags.required === true || flags.optional === true || flags.computed === true
}

function presenceOf(flags: AttributeFlags): Partial<AttributeFlags> {
  return {
    ...(flags.required ? { required: true } : {}),
    ...(flags.optional ? { optional: true } : {}),
    ...(flags.computed ? { computed: true } : {}),
  }
}
