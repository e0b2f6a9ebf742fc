import type { JsonValue } from '../../../src/domain/record.js'
import type { AttributeDelta, ResourceDelta } from '../plan-json/plan-json.js'
import type { Sides } from './path-delta.js'
import { isObject, own } from './same-value.js'

/**
 * The three values of every top-level attribute that differs, by name. An attribute only the drift names is planned as it
 * is there; one only the change names was recorded as it is there. `tags` and `tags_all` become one: the effective tags.
 */
export function attributeSides(
  drift: ResourceDelta | null,
  change: ResourceDelta | null,
): ReadonlyMap<string, Sides> {
  const drifted = new Map(drift?.attributes.map((delta) => [delta.name, delta]))
  const changed = new Map(change?.attributes.map((delta) => [delta.name, delta]))
  const names = [...new Set([...drifted.keys(), ...changed.keys()])].sort()
  const sides = new Map(names.map((name) => [name, sidesOf(drifted.get(name), changed.get(name))]))
  return withEffectiveTags(sides)
}

function sidesOf(drift: AttributeDelta | undefined, change: AttributeDelta | undefined): Sides {
  const actual = change?.before ?? drift?.after ?? null
  return {
    recorded: drift ? drift.before : actual,
    actual,
    declared: change ? change.after : actual,
    unknown: change?.unknown ?? false,
    sensitive: [drift, change].flatMap((delta) =>
      delta ? [delta.beforeSensitive, delta.afterSensitive] : [],
    ),
  }
}

/**
 * With `default_tags` of the provider, `tags` shows phantom drift when a default changes in the code, and a default tag
 * removed by hand shows in `tags_all` alone. Only what is really on the resource counts, and it is reported once.
 */
function withEffectiveTags(sides: ReadonlyMap<string, Sides>): ReadonlyMap<string, Sides> {
  const all = sides.get('tags_all')
  if (!all) return sides
  const set = sides.get('tags')
  const rest = [...sides].filter(([name]) => name !== 'tags' && name !== 'tags_all')
  const effective: Sides = {
    recorded: all.recorded,
    actual: all.actual,
    declared: all.unknown === true ? plannedTags(all.actual, set) : all.declared,
    unknown: all.unknown === true ? (set?.unknown ?? false) : all.unknown,
    // the mark is on `tags` only, though `tags_all` holds the same value
    sensitive: [...all.sensitive, ...(set?.sensitive ?? [])],
  }
  return new Map([...rest, ['tags', effective] as const])
}

/** Where `tags_all` is known only after apply: the default tags as they are now, and the planned tags. */
function plannedTags(allActual: JsonValue, set: Sides | undefined): JsonValue {
  if (!set || !isObject(allActual)) return set?.declared ?? allActual
  const current = isObject(set.actual) ? set.actual : {}
  const defaults = Object.entries(allActual).filter(([key]) => own(current, key) === null)
  return Object.fromEntries([...defaults, ...Object.entries(isObject(set.declared) ? set.declared : {})])
}
