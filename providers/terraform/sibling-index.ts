import type { JsonValue } from '../../src/domain/record.js'
import type { Attributes, ResourceDelta } from './plan-json.js'

/** More identities than this are looked up after parsing, not searched for in the bytes. */
const MAX_NEEDLES = 12

/** Finds the resources of the state that name a drifted resource. */
export class SiblingIndex {
  readonly #addresses: ReadonlySet<string>
  readonly #identities: ReadonlySet<string>
  readonly #needles: readonly Buffer[] | null

  /** `drifts`: whose siblings are looked for; `changes`: whose own entries are wanted as well. */
  constructor(drifts: readonly ResourceDelta[], changes: Iterable<ResourceDelta>) {
    const wanted = [...drifts, ...changes]
    this.#addresses = new Set(wanted.map((delta) => delta.resource.address))
    const updated = drifts.filter((delta) => delta.action === 'update')
    this.#identities = new Set(updated.flatMap((delta) => Object.values(delta.identity)))
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

/** Go escapes `<`, `>`, `&` and some characters beyond ASCII in JSON, JavaScript does not. */
function isWrittenPlainly(text: string): boolean {
  return /^[ -~]*$/.test(text) && !/[<>&]/.test(text)
}
