import type { JsonValue } from '../../../src/domain/record.js'
import { isObject, own, parseDocument } from '../classify/same-value.js'

/** Keys whose values are secret also where only the whole document is marked. */
const SECRET_KEY = /pass|secret|token|key|credential|private|auth/i

/** Values under a sensitive mark, as text. Never store or log. */
export class SecretValues {
  readonly #values = new Set<string>()

  /** Every value under a `true` of the sparse mirror. */
  addMarked(value: JsonValue | undefined, mark: JsonValue | undefined): void {
    if (value === undefined || value === null || mark === undefined || mark === null || mark === false) return
    if (mark === true) {
      this.add(value)
      return
    }
    if (Array.isArray(value) && Array.isArray(mark)) {
      for (const [index, item] of value.entries()) this.addMarked(item as JsonValue, mark[index] as JsonValue)
      return
    }
    if (!isObject(value) || !isObject(mark)) return
    for (const key of Object.keys(mark)) this.addMarked(own(value, key), own(mark, key))
  }

  /** Every leaf of a value that is secret as a whole. Booleans are never secret by value. */
  add(value: JsonValue): void {
    if (typeof value === 'string') this.#addText(value)
    if (typeof value === 'number') this.#values.add(String(value))
    if (typeof value === 'object' && value !== null) {
      for (const item of Object.values(value)) this.add(item as JsonValue)
    }
  }

  list(): readonly string[] {
    return [...this.#values]
  }

  #addText(text: string): void {
    if (text === '') return
    this.#values.add(text)
    const document = parseDocument(text)
    if (document !== undefined) this.#addNamedSecrets(document, false)
  }

  /** Passwords inside a secret document turn up by themselves elsewhere; its user names and hosts are no secrets. */
  #addNamedSecrets(value: JsonValue, isSecret: boolean): void {
    if (typeof value === 'string' && isSecret && value !== '') this.#values.add(value)
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      this.#addNamedSecrets(item as JsonValue, isSecret || SECRET_KEY.test(key))
    }
  }
}
