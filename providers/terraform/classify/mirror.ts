import type { JsonValue } from '../../../src/domain/record.js'
import type { Attributes, Plan, ResourceDelta, StateResource } from '../plan-json/plan-json.js'
import { coversElement, coversLeaf } from './cover-element.js'
import type { PathDelta } from './path-delta.js'
import { isEmptyValue, isList } from './same-value.js'
import { isRuleAttribute, rulesOfGroup, rulesOfSibling } from './security-group-rules.js'

/** Knows which differences of a resource are those of other managed resources of the same state, seen from its side. */
export class Mirror {
  readonly #current: readonly StateResource[]
  /** As they were before the refresh: what is gone from a sibling is gone from its mirror. */
  readonly #former: readonly StateResource[]

  constructor(plan: Plan) {
    this.#current = plan.stateResources
    this.#former = [...plan.goneResources, ...formerValues(plan)]
  }

  /**
   * The part of a difference that no sibling accounts for, null where there is none: elements added that no sibling has,
   * elements removed that no sibling had, or the one value.
   */
  unexplained(drift: ResourceDelta, delta: PathDelta): PathDelta | null {
    const siblings: Siblings = {
      current: this.#current.filter((sibling) => refersTo(sibling, drift)),
      former: this.#former.filter((sibling) => refersTo(sibling, drift)),
    }
    if (!delta.isElements) return isValueExplained(drift, delta, siblings) ? null : delta
    const isExplained = isRuleAttribute(drift.resource.type, String(delta.path[0]))
      ? explainsRules(drift, delta, siblings)
      : explainsElements(drift, delta, siblings)
    const recorded = asList(delta.recorded).filter((element) => !isExplained(element, 'removed'))
    const actual = asList(delta.actual).filter((element) => !isExplained(element, 'added'))
    const declared = asList(delta.declared).filter((element) => !isExplained(element, 'added'))
    return recorded.length + actual.length === 0 ? null : { ...delta, recorded, actual, declared }
  }
}

interface Siblings {
  readonly current: readonly StateResource[]
  readonly former: readonly StateResource[]
}

type ExplainsElement = (element: JsonValue, way: 'added' | 'removed') => boolean

function isValueExplained(drift: ResourceDelta, delta: PathDelta, { current, former }: Siblings): boolean {
  const [value, siblings] = isEmptyValue(delta.actual) ? [delta.recorded, former] : [delta.actual, current]
  return siblings.some((sibling) => coversLeaf(drift, delta.path, value, sibling))
}

function explainsElements(
  drift: ResourceDelta,
  delta: PathDelta,
  { current, former }: Siblings,
): ExplainsElement {
  return (element, way) =>
    (way === 'added' ? current : former).some((sibling) => coversElement(drift, delta.path, element, sibling))
}

/** Rules are compared peer by peer: Amazon joins those that differ in nothing else. */
function explainsRules(
  drift: ResourceDelta,
  delta: PathDelta,
  { current, former }: Siblings,
): ExplainsElement {
  const groupId = drift.identity.id ?? ''
  const name = String(delta.path[0])
  const before = rulesOfGroup(asList(delta.recorded), groupId)
  const after = rulesOfGroup(asList(delta.actual), groupId)
  const mayAppear = new Set([
    ...before,
    ...current.flatMap((sibling) => rulesOfSibling(sibling, name, groupId)),
  ])
  const mayVanish = new Set([
    ...after,
    ...former.flatMap((sibling) => rulesOfSibling(sibling, name, groupId)),
  ])
  return (element, way) =>
    rulesOfGroup([element], groupId).every((rule) => (way === 'added' ? mayAppear : mayVanish).has(rule))
}

/**
 * True where the sibling names the resource: one of its attributes is its identity, and that identity is either one of
 * a kind (an ARN, a URL, a generated id) or stands in an attribute called after the resource's type (`role`, `bucket`).
 */
function refersTo(sibling: StateResource, drift: ResourceDelta): boolean {
  if (sibling.address === drift.resource.address) return false
  const identities = new Set(Object.values(drift.identity))
  return Object.entries(sibling.values).some(([name, value]) =>
    (isList(value) ? value : [value]).some(
      (item) =>
        typeof item === 'string' &&
        identities.has(item) &&
        (isOneOfAKind(item) || isCalledAfter(drift.resource.type, name)),
    ),
  )
}

/** An ARN, a URL or a path, or something with at least eight hexadecimal digits in a row. */
function isOneOfAKind(text: string): boolean {
  return /^arn:|:\/\/|^\/|[0-9a-f]{8}|^projects\//.test(text)
}

function isCalledAfter(type: string, attribute: string): boolean {
  const stem = attribute.replace(/_(?:id|ids|arn|arns|name|names|url)$/, '').replace(/s$/, '')
  return type === stem || type.endsWith(`_${stem}`)
}

/** Siblings that were changed outside themselves, with the values they had. */
function formerValues(plan: Plan): readonly StateResource[] {
  const drifts = new Map(plan.drifts.map((drift) => [drift.resource.address, drift]))
  return plan.stateResources.flatMap((sibling) => {
    const drift = drifts.get(sibling.address)
    if (!drift) return []
    const before = drift.attributes.map((attribute) => [attribute.name, attribute.before] as const)
    const values: Attributes = Object.fromEntries([...Object.entries(sibling.values), ...before])
    return [{ ...sibling, values }]
  })
}

function asList(value: JsonValue): readonly JsonValue[] {
  return isList(value) ? value : []
}
