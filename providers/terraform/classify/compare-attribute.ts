import type { AttributePath, JsonValue } from '../../../src/domain/record.js'
import { hasMark } from '../plan-json/plan-entry.js'
import type { AttributeFlags } from '../plan-json/schema-flags.js'
import type { PathDelta, Sides, Standing } from './path-delta.js'
import { isEmptyValue, isList, isObject, isSameValue, own, valueKey } from './same-value.js'

/**
 * Every place at or below the path where the three values are not the same: maps and blocks key by key, sets element by
 * element, all else as a whole. Without flags (null) lists are compared as sets, unless only their order differs.
 */
export function compareAttribute(
  path: AttributePath,
  sides: Sides,
  flags: AttributeFlags | null,
): readonly PathDelta[] {
  if (sides.unknown === true) return [wholeDelta(path, sides, flags, unknownStanding(sides))]
  if (!hasMark(sides.unknown) && isAllSame(sides)) return []
  const values = [sides.recorded, sides.actual, sides.declared]
  if (values.every((value) => isList(value) || isEmptyValue(value)) && values.some(isList)) {
    return compareLists(path, sides, flags)
  }
  if (values.every((value) => isObject(value) || isEmptyValue(value)) && values.some(isObject)) {
    return compareObjects(path, sides, flags)
  }
  if (hasMark(sides.unknown)) return [wholeDelta(path, sides, flags, unknownStanding(sides))]
  return [wholeDelta(path, sides, flags, standingOf(sides))]
}

/** How three values stand to each other that are not all the same. */
function standingOf(sides: Pick<Sides, 'recorded' | 'actual' | 'declared'>): Standing {
  if (isSameValue(sides.recorded, sides.actual)) return 'code'
  if (isSameValue(sides.declared, sides.recorded)) return 'outside'
  return isSameValue(sides.declared, sides.actual) ? 'left' : 'both'
}

function unknownStanding(sides: Sides): Standing {
  return isSameValue(sides.recorded, sides.actual) ? 'unknown' : 'outside'
}

function isAllSame(sides: Sides): boolean {
  return isSameValue(sides.recorded, sides.actual) && isSameValue(sides.actual, sides.declared)
}

function compareObjects(
  path: AttributePath,
  sides: Sides,
  flags: AttributeFlags | null,
): readonly PathDelta[] {
  const keys = new Set([
    ...keysOf(sides.recorded),
    ...keysOf(sides.actual),
    ...keysOf(sides.declared),
    ...keysOf(sides.unknown),
  ])
  return [...keys].sort().flatMap((key) => {
    const below = flags?.shape === 'map' && flags.of ? null : (flags?.of?.[key] ?? null)
    return compareAttribute([...path, key], sidesAt(sides, key), inherit(flags, below))
  })
}

/** The elements of a list or map of objects have no flags of their own, but stay sensitive below a sensitive attribute. */
function inherit(flags: AttributeFlags | null, below: AttributeFlags | null): AttributeFlags | null {
  if (!flags?.sensitive || below?.sensitive) return below
  return { ...(below ?? { shape: 'value' }), sensitive: true }
}

function compareLists(path: AttributePath, sides: Sides, flags: AttributeFlags | null): readonly PathDelta[] {
  const lists = [asList(sides.recorded), asList(sides.actual), asList(sides.declared)] as const
  const isSet = flags?.shape === 'set'
  const isAligned = !isSet && hasOneLength(lists) && lists.every((list) => list.every(isObject))
  if (isAligned && (flags !== null || lists[0].length === 1)) {
    const element: AttributeFlags | null = flags?.of ? { ...flags, shape: 'object' } : null
    return lists[0].flatMap((_, index) => compareAttribute([...path, index], sidesAt(sides, index), element))
  }
  if (hasMark(sides.unknown)) return [wholeDelta(path, sides, flags, unknownStanding(sides))]
  const isElementwise = isSet || flags === null || lists.some((list) => list.some(isObject))
  const deltas = isElementwise ? compareElements(path, sides, flags) : []
  return deltas.length > 0 ? deltas : [wholeDelta(path, sides, flags, standingOf(sides))]
}

/** At most two: the elements that the plan acts on, and those changed outside that it leaves. */
function compareElements(
  path: AttributePath,
  sides: Sides,
  flags: AttributeFlags | null,
): readonly PathDelta[] {
  const recorded = byKey(asList(sides.recorded))
  const actual = byKey(asList(sides.actual))
  const declared = byKey(asList(sides.declared))
  const standings = new Map<string, Standing>()
  for (const key of [...new Set([...recorded.keys(), ...actual.keys(), ...declared.keys()])].sort()) {
    const wasThere = recorded.has(key)
    const isThere = actual.has(key)
    const isPlanned = declared.has(key)
    if (wasThere === isThere && isThere === isPlanned) continue
    standings.set(key, wasThere === isThere ? 'code' : isPlanned === wasThere ? 'outside' : 'left')
  }
  const acted = [...standings].filter(([, standing]) => standing !== 'left')
  const left = [...standings].filter(([, standing]) => standing === 'left')
  const groups = [
    { keys: acted.map(([key]) => key), standing: joint(acted.map(([, standing]) => standing)) },
    { keys: left.map(([key]) => key), standing: 'left' as const },
  ]
  const pick = (elements: ReadonlyMap<string, JsonValue>, keys: readonly string[]): JsonValue =>
    keys.filter((key) => elements.has(key)).map((key) => elements.get(key) ?? null)
  return groups
    .filter(({ keys }) => keys.length > 0)
    .map(({ keys, standing }) => ({
      ...wholeDelta(path, sides, flags, standing),
      recorded: pick(recorded, keys),
      actual: pick(actual, keys),
      declared: pick(declared, keys),
      isElements: true,
    }))
}

function joint(standings: readonly Standing[]): Standing {
  const [first = 'code'] = standings
  return standings.every((standing) => standing === first) ? first : 'both'
}

/** Twins are told apart by a count, so that one of two equal elements can be missed. */
function byKey(list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> {
  const elements = new Map<string, JsonValue>()
  for (const element of list) {
    const key = valueKey(element)
    let occurrence = 0
    while (elements.has(`${key}#${occurrence}`)) occurrence += 1
    elements.set(`${key}#${occurrence}`, element)
  }
  return elements
}

function wholeDelta(
  path: AttributePath,
  sides: Sides,
  flags: AttributeFlags | null,
  standing: Standing,
): PathDelta {
  return {
    path,
    standing,
    recorded: sides.recorded,
    actual: sides.actual,
    declared: sides.declared,
    isUnknown: hasMark(sides.unknown),
    isSensitive: flags?.sensitive === true || sides.sensitive.some(hasMark) || hasSensitiveFlag(flags),
    isElements: false,
  }
}

function hasSensitiveFlag(flags: AttributeFlags | null): boolean {
  return Object.values(flags?.of ?? {}).some((below) => below.sensitive === true || hasSensitiveFlag(below))
}

function sidesAt(sides: Sides, key: string | number): Sides {
  return {
    recorded: valueAt(sides.recorded, key),
    actual: valueAt(sides.actual, key),
    declared: valueAt(sides.declared, key),
    unknown: markAt(sides.unknown, key),
    sensitive: sides.sensitive.map((mark) => markAt(mark, key)),
  }
}

/** The part of a value, null where there is none. */
function valueAt(value: JsonValue, key: string | number): JsonValue {
  if (isList(value)) return typeof key === 'number' ? (value[key] ?? null) : null
  return isObject(value) ? own(value, String(key)) : null
}

function markAt(mark: JsonValue, key: string | number): JsonValue {
  return mark === true ? true : (valueAt(mark, key) ?? false)
}

function hasOneLength(lists: readonly (readonly JsonValue[])[]): boolean {
  return lists.every((list) => list.length === lists[0]?.length)
}

function asList(value: JsonValue): readonly JsonValue[] {
  return isList(value) ? value : []
}

function keysOf(value: JsonValue): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}
