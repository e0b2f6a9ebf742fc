import type { Change, JsonValue } from '../../../src/domain/record.js'
import { MIN_SECRET_LENGTH, type Redactor, SENSITIVE_PLACEHOLDER } from '../../../src/lib/redact.js'
import type { CausedDelta } from './decide-verdict.js'
import { isList, isObject } from './same-value.js'

/** What stands for a value that is known only after apply. */
export const UNKNOWN_PLACEHOLDER = '(known after apply)'

/** product.md, Identity: at most 64 KiB a side. */
const MAX_SIDE_BYTES = 64 * 1024

/** Takes secrets out of values and cuts what is too long. */
export interface Presenter {
  readonly redactor: Redactor
  /** Secret values as text, for those that are numbers in JSON. */
  readonly secrets: ReadonlySet<string>
}

/** A change as it is reported: free of secrets, at most 64 KiB a side. */
export function presentChange({ delta, cause }: CausedDelta, presenter: Presenter): Change {
  const path = delta.path.map((key) => (typeof key === 'string' ? presenter.redactor.text(key) : key))
  if (delta.isSensitive) return { path, cause, sensitive: true }
  const isWhollyUnknown = delta.isUnknown && !isList(delta.declared) && !isObject(delta.declared)
  const declared = side(isWhollyUnknown ? UNKNOWN_PLACEHOLDER : delta.declared, presenter)
  const actual = side(delta.actual, presenter)
  const recorded = side(delta.recorded, presenter)
  const change = {
    path,
    cause,
    declared: declared.value,
    actual: actual.value,
    recorded: recorded.value,
    sensitive: false,
  }
  if (!declared.isCut && !actual.isCut && !recorded.isCut) return change
  return { ...change, truncated: true, declaredBytes: declared.bytes, actualBytes: actual.bytes }
}

/** One value as it is reported: free of secrets, at most 64 KiB. */
export function presentValue(raw: JsonValue, presenter: Presenter): JsonValue {
  return side(raw, presenter).value
}

interface Side {
  readonly value: JsonValue
  readonly bytes: number
  readonly isCut: boolean
}

/** Secrets go before the cut: half a secret is one still. */
function side(raw: JsonValue, presenter: Presenter): Side {
  const value = withoutSecrets(raw, presenter)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_SIDE_BYTES) return { value, bytes, isCut: false }
  return { value: cutAtCharacter(text), bytes, isCut: true }
}

function cutAtCharacter(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_SIDE_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
}

function withoutSecrets(value: JsonValue, presenter: Presenter): JsonValue {
  if (typeof value === 'string') return presenter.redactor.text(value)
  if (typeof value === 'number') {
    const text = String(value)
    return text.length >= MIN_SECRET_LENGTH && presenter.secrets.has(text) ? SENSITIVE_PLACEHOLDER : value
  }
  if (isList(value)) return value.map((item) => withoutSecrets(item, presenter))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(
    ([key, item]) => [presenter.redactor.text(key), withoutSecrets(item, presenter)] as const,
  )
  return Object.fromEntries(entries)
}
