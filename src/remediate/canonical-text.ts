import type { JsonValue } from '../domain/record.js'

/**
 * JSON in the one spelling that a value has in a file that people read: keys sorted, two spaces of indentation, a newline
 * at the end. A file that is spelled otherwise is none of ours.
 */
export function canonicalText(value: JsonValue): string {
  return `${JSON.stringify(withSortedKeys(value), null, 2)}\n`
}

function withSortedKeys(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => withSortedKeys(item))
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]))
}
