import { structuredPatch } from 'diff'
import { canonicalJson } from '../../domain/fingerprint.js'
import type { AttributePath, Hunk, JsonValue } from '../../domain/record.js'
import { isEmptyValue } from './value-text.js'

/** One place where two values differ, as small as it can be named. */
export type ValueDifference =
  | {
      readonly kind: 'differs'
      readonly path: AttributePath
      readonly declared: JsonValue | undefined
      readonly actual: JsonValue | undefined
    }
  /** An element of a list or set that only one side has. */
  | {
      readonly kind: 'only-declared' | 'only-actual'
      readonly path: AttributePath
      readonly value: JsonValue
    }
  | { readonly kind: 'text'; readonly path: AttributePath; readonly hunks: readonly Hunk[] }

/** Two values of one attribute; undefined where a side is not known. */
export interface ValuePair {
  readonly declared: JsonValue | undefined
  readonly actual: JsonValue | undefined
}

type Group = { readonly [key: string]: JsonValue }
type List = readonly JsonValue[]

interface Place {
  readonly path: AttributePath
  readonly depth: number
}

const MAX_DEPTH = 16
// pairing looks at every element with every other
const MAX_PAIRED_ELEMENTS = 40
const NAMING_KEYS = ['Sid', 'name', 'Name', 'id']
const CONTEXT_LINES = 2
// lines that differ; with more, two texts are shown whole, and comparing them would take seconds
const MAX_EDITS = 500

/**
 * Where two values differ: maps by key, lists and sets by element, JSON in a string as the document it is, texts
 * of several lines by line. Elements that are nearly the same are compared with each other.
 */
export function compareValues(pair: ValuePair, path: AttributePath): readonly ValueDifference[] {
  return compare(pair, path, 0)
}

function compare(pair: ValuePair, path: AttributePath, depth: number): readonly ValueDifference[] {
  const { declared, actual } = pair
  const whole: readonly ValueDifference[] = [{ kind: 'differs', path, ...pair }]
  if (declared === undefined || actual === undefined || depth > MAX_DEPTH) return whole
  if (canonicalJson(declared) === canonicalJson(actual)) return []
  if (isEmptyValue(declared) && isEmptyValue(actual)) return depth === 0 ? whole : []
  const inside = compareInside(declared, actual, { path, depth })
  return inside && inside.length > 0 ? inside : whole
}

/** Null where the two have no parts that could be compared. */
function compareInside(
  declared: JsonValue,
  actual: JsonValue,
  place: Place,
): readonly ValueDifference[] | null {
  const groups = bothAs(asGroup, declared, actual)
  if (groups) return compareGroups(groups[0] ?? {}, groups[1] ?? {}, place)
  const lists = bothAs(asList, declared, actual) ?? oneAsList(declared, actual)
  if (lists) return compareLists(lists[0] ?? [], lists[1] ?? [], place)
  if (typeof declared !== 'string' || typeof actual !== 'string') return null
  const left = asDocument(declared)
  const right = asDocument(actual)
  if (left === null || right === null) return compareTexts(declared, actual, place.path)
  return compare({ declared: left, actual: right }, place.path, place.depth + 1)
}

function compareGroups(declared: Group, actual: Group, { path, depth }: Place): readonly ValueDifference[] {
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(actual)])]
  return keys.flatMap((key) =>
    compare({ declared: memberOf(declared, key), actual: memberOf(actual, key) }, [...path, key], depth + 1),
  )
}

/** What is on both sides goes first, wherever it stands: most lists of the cloud are sets. */
function compareLists(declared: List, actual: List, { path, depth }: Place): readonly ValueDifference[] {
  const { left, right } = withoutCommon(declared, actual)
  if (left.length === 0 && right.length === 0) return [{ kind: 'differs', path, declared, actual }]
  const pairs = pairElements(left, right)
  const paired = new Set(pairs.flat())
  return [
    ...pairs.flatMap(([one, other]) => {
      const step = nameOf(one.value) ?? statementName(one) ?? one.index
      return compare({ declared: one.value, actual: other.value }, [...path, step], depth + 1)
    }),
    ...left
      .filter((element) => !paired.has(element))
      .map(({ value }): ValueDifference => ({ kind: 'only-declared', path, value })),
    ...right
      .filter((element) => !paired.has(element))
      .map(({ value }): ValueDifference => ({ kind: 'only-actual', path, value })),
  ]
}

interface Element {
  readonly value: JsonValue
  readonly index: number
}

function withoutCommon(
  declared: List,
  actual: List,
): { left: readonly Element[]; right: readonly Element[] } {
  const counts = new Map<string, number>()
  for (const value of actual) counts.set(canonicalJson(value), (counts.get(canonicalJson(value)) ?? 0) + 1)
  const take = (value: JsonValue): boolean => {
    const key = canonicalJson(value)
    const count = counts.get(key) ?? 0
    counts.set(key, count - 1)
    return count > 0
  }
  const left = declared.map((value, index) => ({ value, index })).filter(({ value }) => !take(value))
  // what was not taken of the actual side is left over, as often as its count says
  const right = actual
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => {
      const key = canonicalJson(value)
      const count = counts.get(key) ?? 0
      if (count > 0) counts.set(key, count - 1)
      return count > 0
    })
  return { left, right }
}

/** The elements of both sides that are the same thing, changed: of the same name, or alike in at least half of their members. */
function pairElements(
  left: readonly Element[],
  right: readonly Element[],
): readonly (readonly [Element, Element])[] {
  if (left.length > MAX_PAIRED_ELEMENTS || right.length > MAX_PAIRED_ELEMENTS) return []
  const free = new Set(right)
  return left.flatMap((one) => {
    const best = [...free]
      .map((other) => ({ other, score: likeness(one.value, other.value) }))
      .sort((a, b) => b.score - a.score)[0]
    if (!best || best.score < 0.5) return []
    free.delete(best.other)
    return [[one, best.other] as const]
  })
}

/** 0 to 1: how many members two objects share; 2 where they have the same name. */
function likeness(one: JsonValue, other: JsonValue): number {
  if (!isGroup(one) || !isGroup(other)) return 0
  const name = nameOf(one)
  if (name !== null && nameOf(other) !== null) return name === nameOf(other) ? 2 : 0
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (key) => !(isEmptyValue(one[key]) && isEmptyValue(other[key])),
  )
  const same = keys.filter((key) => canonicalJson(one[key] ?? null) === canonicalJson(other[key] ?? null))
  return keys.length === 0 ? 0 : same.length / keys.length
}

/** What names a statement of an IAM policy, or anything else that has a name: `Sid=Read`. */
function nameOf(value: JsonValue): string | null {
  if (!isGroup(value)) return null
  const key = NAMING_KEYS.find((name) => typeof value[name] === 'string' && value[name] !== '')
  return key === undefined ? null : `${key}=${value[key]}`
}

/** What tells a statement of a policy that has no name from its neighbours: `1: Deny s3:*`. */
function statementName({ value, index }: Element): string | null {
  if (!isGroup(value) || typeof value.Effect !== 'string') return null
  const what = value.Action ?? value.NotAction
  const first = Array.isArray(what) ? what[0] : what
  if (typeof first !== 'string') return null
  const more = Array.isArray(what) && what.length > 1 ? ', …' : ''
  return `${index}: ${value.Effect} ${value.Action === undefined ? 'not ' : ''}${first}${more}`
}

function compareTexts(
  declared: string,
  actual: string,
  path: AttributePath,
): readonly ValueDifference[] | null {
  if (!(declared.trimEnd().includes('\n') || actual.trimEnd().includes('\n'))) return null
  if (declared === '' || actual === '') return null
  const patch = structuredPatch('', '', actual, declared, '', '', {
    context: CONTEXT_LINES,
    maxEditLength: MAX_EDITS,
  })
  if (!patch || patch.hunks.length === 0) return null
  const hunks = patch.hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines }))
  return [{ kind: 'text', path, hunks }]
}

/** Both values as that shape, null for one that is empty; null where one is something else. */
function bothAs<T>(
  as: (value: JsonValue) => T | null,
  declared: JsonValue,
  actual: JsonValue,
): readonly [T | null, T | null] | null {
  const left = as(declared)
  const right = as(actual)
  const fits = (left ?? right) !== null && (left !== null || isEmptyValue(declared))
  return fits && (right !== null || isEmptyValue(actual)) ? [left, right] : null
}

/** In a policy `"Action": "s3:*"` means the same as a list of that alone; null where no side is a list, or both. */
function oneAsList(declared: JsonValue, actual: JsonValue): readonly [List, List] | null {
  const left = asList(declared)
  const right = asList(actual)
  if ((left === null) === (right === null)) return null
  const lists = [left ?? [declared], right ?? [actual]] as const
  return canonicalJson(lists[0]) === canonicalJson(lists[1]) ? null : lists
}

function asGroup(value: JsonValue): Group | null {
  return isGroup(value) ? value : null
}

function asList(value: JsonValue): List | null {
  return Array.isArray(value) ? value : null
}

function asDocument(text: JsonValue): JsonValue | null {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return null
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return null
  }
}

function memberOf(group: Group, key: string): JsonValue {
  return Object.hasOwn(group, key) ? (group[key] ?? null) : null
}

function isGroup(value: JsonValue): value is Group {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
