import type { AttributePath, JsonValue } from '../../../src/domain/record.js'
import type { ResourceDelta, StateResource } from '../plan-json/plan-json.js'
import { isEmptyValue, isList, isObject, own, valueKey } from './same-value.js'

/** Shorter texts and all numbers and booleans say nothing by themselves. */
const MIN_TELLING_LENGTH = 6

/**
 * True where a sibling's values cover an element of a collection: attributes of the same name agree, and every value of
 * the element stands somewhere in the sibling.
 */
export function coversElement(
  drift: ResourceDelta,
  path: AttributePath,
  element: JsonValue,
  sibling: StateResource,
): boolean {
  if (!isSameDirection(String(path[0]), sibling)) return false
  if (isObject(element) && !agreesByName(element, sibling)) return false
  const leaves = leavesOf(element).filter((leaf) => !isTrivial(leaf))
  if (leaves.length === 0) return false
  if (!leaves.some(isTelling) && !isCalledAlike(drift.resource.type, path, sibling)) return false
  const known = new Set(leavesOf(sibling.values).map(leafKey))
  return leaves.every((leaf) => known.has(leafKey(leaf)))
}

/** The same for a single value, which may be as little as `true`: then the sibling must be called alike. */
export function coversLeaf(
  drift: ResourceDelta,
  path: AttributePath,
  value: JsonValue,
  sibling: StateResource,
): boolean {
  if (typeof value === 'object' && value !== null) return coversElement(drift, path, value, sibling)
  const isAlike = isCalledAlike(drift.resource.type, path, sibling)
  if (!isTelling(value) && !isAlike) return false
  const known = new Set(leavesOf(sibling.values).map(leafKey))
  return known.has(leafKey(value))
}

/** `ingress` of a resource is never accounted for by an `egress` rule. */
function isSameDirection(name: string, sibling: StateResource): boolean {
  if (name !== 'ingress' && name !== 'egress') return true
  const other = name === 'ingress' ? 'egress' : 'ingress'
  const { egress, type } = sibling.values
  if (typeof egress === 'boolean' && egress !== (name === 'egress')) return false
  return type !== other && !sibling.type.includes(other)
}

/** Attributes that both have by the same name must have the same value, ports and flags included. */
function agreesByName(element: { readonly [key: string]: JsonValue }, sibling: StateResource): boolean {
  return Object.keys(element).every((name) => {
    const mine = own(element, name)
    const theirs = own(sibling.values, name)
    if (!Object.hasOwn(sibling.values, name) || (isTrivial(mine) && isTrivial(theirs))) return true
    if (typeof mine === 'object' || typeof theirs === 'object') return true
    return leafKey(mine) === leafKey(theirs)
  })
}

/**
 * True where the sibling's type, or an attribute of it, shares a word with the attribute: `aws_s3_bucket_versioning`
 * with `versioning` of `aws_s3_bucket`, `policy_arn` with `managed_policy_arns`.
 */
function isCalledAlike(type: string, path: AttributePath, sibling: StateResource): boolean {
  const own = new Set(wordsOf(type))
  const words = new Set(wordsOf(String(path[0])))
  return wordsOf(sibling.type).some((word) => !own.has(word) && words.has(word))
}

function wordsOf(name: string): readonly string[] {
  return name.split('_').map((word) => word.replace(/s$/, ''))
}

function leavesOf(value: JsonValue): readonly JsonValue[] {
  if (isList(value)) return value.flatMap(leavesOf)
  if (isObject(value)) return Object.values(value).flatMap(leavesOf)
  return [value]
}

function isTrivial(value: JsonValue): boolean {
  return isEmptyValue(value) || value === false || value === 0 || value === '0'
}

function isTelling(value: JsonValue): boolean {
  return typeof value === 'string' && value.length >= MIN_TELLING_LENGTH
}

/** Numbers and booleans may be written as text, and `true` as `Enabled` (S3 versioning, lifecycle rules). */
function leafKey(value: JsonValue): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return valueKey(value)
  const word = SWITCH_WORDS.get(value.toLowerCase())
  return (
    word ??
    (value.startsWith('{') || value.startsWith('[') ? valueKey(value) : (PROTOCOLS.get(value) ?? value))
  )
}

const SWITCH_WORDS: ReadonlyMap<string, string> = new Map([
  ['enabled', 'true'],
  ['disabled', 'false'],
  ['suspended', 'false'],
])

/** IANA protocol numbers, which Amazon gives back where the code has names. */
export const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['58', 'icmpv6'],
  ['all', '-1'],
])
