import { canonicalJson } from '../../../src/domain/fingerprint.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { canonicalPolicy, isPolicy } from './policy-document.js'

/**
 * True for values that mean the same: null, "", [] and {} are one, strings of JSON are compared as documents, policies
 * as policies. Lists are compared in order: sets need the schema (compare-attribute.ts).
 */
export function isSameValue(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true
  if (isEmptyValue(a) || isEmptyValue(b)) return isEmptyValue(a) && isEmptyValue(b)
  if (typeof a === 'string' && typeof b === 'string') return isSameText(a, b)
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => isSameValue(item, b[index] ?? null))
  }
  if (isObject(a) && isObject(b)) {
    return unionKeys(a, b).every((key) => isSameValue(own(a, key), own(b, key)))
  }
  return false
}

/** True for null, "", [], {} and objects of nothing but these. */
export function isEmptyValue(value: JsonValue): boolean {
  if (value === null || value === '') return true
  if (typeof value !== 'object') return false
  return isList(value) ? value.length === 0 : Object.values(value).every(isEmptyValue)
}

/** The document in a string of JSON (an object or an array), or undefined where the text is none. */
export function parseDocument(text: string): JsonValue | undefined {
  const first = text.trimStart()[0]
  if ((first !== '{' && first !== '[') || text.length > MAX_DOCUMENT_LENGTH) return undefined
  try {
    const value = JSON.parse(text) as JsonValue
    return isShallow(value, MAX_DOCUMENT_DEPTH) ? value : undefined
  } catch {
    return undefined
  }
}

/** Text that is equal for values that isSameValue calls the same: to look values up by. */
export function valueKey(value: JsonValue): string {
  return canonicalJson(canonicalValue(value))
}

/** The value with everything that isSameValue ignores taken out. */
export function canonicalValue(value: JsonValue): JsonValue {
  if (isEmptyValue(value)) return null
  if (typeof value === 'string') {
    const document = parseDocument(value)
    return document === undefined ? value : canonicalDocument(document)
  }
  if (isList(value)) return value.map(canonicalValue)
  if (isObject(value)) return canonicalEntries(value)
  return value
}

/** True for a JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** True for a JSON object. */
export function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of an own key, else null: a document may have a key such as `__proto__` or `constructor`. */
export function own(value: { readonly [key: string]: JsonValue }, key: string): JsonValue {
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null
}

/** Keys of both objects, sorted. */
export function unionKeys(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
}

/** Documents beyond this are compared as text (product.md: 2 MB a document). */
const MAX_DOCUMENT_LENGTH = 2 * 1024 * 1024
/** Deep enough for any policy or template; keeps recursion away from the end of the stack. */
const MAX_DOCUMENT_DEPTH = 200

function isSameText(a: string, b: string): boolean {
  const left = parseDocument(a)
  if (left === undefined) return false
  const right = parseDocument(b)
  if (right === undefined) return false
  return canonicalJson(canonicalDocument(left)) === canonicalJson(canonicalDocument(right))
}

function canonicalDocument(document: JsonValue): JsonValue {
  if (isPolicy(document)) return canonicalPolicy(document)
  if (isList(document)) return document.map(canonicalDocument)
  if (isObject(document)) {
    const entries = Object.entries(document).map(([key, item]) => [key, canonicalDocument(item)] as const)
    return Object.fromEntries(entries)
  }
  return document
}

function canonicalEntries(value: { readonly [key: string]: JsonValue }): JsonValue {
  const entries = Object.entries(value)
    .map(([key, item]) => [key, canonicalValue(item)] as const)
    .filter(([, item]) => item !== null)
  return Object.fromEntries(entries)
}

function isShallow(value: JsonValue, depth: number): boolean {
  if (value === null || typeof value !== 'object') return true
  if (depth === 0) return false
  return Object.values(value).every((item: JsonValue) => isShallow(item, depth - 1))
}
