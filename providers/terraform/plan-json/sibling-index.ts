import type { JsonValue } from '../../../src/domain/record.js'
import { isSameValue } from '../classify/same-value.js'
import { hasMark } from './plan-entry.js'
import type { Attributes, ResourceDelta } from './plan-json.js'

/** More identities than this are looked up after parsing, not searched for in the bytes. */
const MAX_NEEDLES = 12

/** Finds the resources of the state that name a drifted resource. */
export class SiblingIndex {
  readonly #addresses: ReadonlySet<string>
  readonly #identities: ReadonlySet<string>
  readonly #needles: readonly Buffer[] | null

  /** `drifts`: whose siblings are looked for; `changes`: whose own entries are wanted as well. */
  constructor(drifts: readonly ResourceDelta[], changes: readonly ResourceDelta[]) {
    const wanted = [...drifts, ...changes]
    const planned = new Map(changes.map((change) => [change.resource.address, change]))
    this.#addresses = new Set(wanted.map((delta) => delta.resource.address))
    const mirrors = drifts.filter((drift) => isLeftInPart(drift, planned.get(drift.resource.address)))
    this.#identities = new Set(mirrors.flatMap((delta) => Object.values(delta.identity)))
    const texts = [...this.#identities]
    this.#needles =
      texts.length <= MAX_NEEDLES && texts.every(isWrittenPlainly)
        ? texts.map((text) => Buffer.from(JSON.stringify(text)))
        : null
  }

  isWanted(address: string): boolean {
    return this.#addresses.has(address)
  }

  /** False where these bytes surely name no drifted resource. */
  mayName(bytes: Buffer): boolean {
    if (this.#identities.size === 0) return false
    return this.#needles === null || this.#needles.some((needle) => bytes.includes(needle))
  }

  /** True where an attribute is, or lists, the identity of a drifted resource. */
  names(values: Attributes): boolean {
    return Object.values(values).some((value) =>
      Array.isArray(value)
        ? value.some((item: JsonValue) => this.#isIdentity(item))
        : this.#isIdentity(value),
    )
  }

  #isIdentity(value: JsonValue): boolean {
    return typeof value === 'string' && this.#identities.has(value)
  }
}

/** Only what the plan leaves as it is may be the mirror of a sibling. */
function isLeftInPart(drift: ResourceDelta, change: ResourceDelta | undefined): boolean {
  if (drift.action !== 'update') return false
  const planned = new Map(change?.attributes.map((attribute) => [attribute.name, attribute]))
  return drift.attributes.some((attribute) => {
    const plan = planned.get(attribute.name)
    return plan === undefined || hasMark(plan.unknown) || !isSameValue(plan.after, attribute.before)
  })
}

/** Go escapes `<`, `>`, `&` and some characters beyond ASCII in JSON, JavaScript does not. */
function isWrittenPlainly(text: string): boolean {
  return /^[ -~]*$/.test(text) && !/[<>&]/.test(text)
}
