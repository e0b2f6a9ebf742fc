import type { JsonValue } from '../domain/record.js'

/** What stands where a secret stood. */
export const SENSITIVE_PLACEHOLDER = '(sensitive)'

/** Shorter values are withheld by path only: replacing "on" or "1" by value would eat half of every text. */
export const MIN_SECRET_LENGTH = 6

/** Replaces known secret values wherever they appear. */
export interface Redactor {
  text(text: string): string
  /** Every string inside the value, keys included. */
  value(value: JsonValue): JsonValue
  /** True where the text holds a secret. */
  isTouched(text: string): boolean
}

/**
 * A redactor for these values; those under 6 characters are left out. A value is also found as JSON, in a URL
 * and in Base64, and line by line where it has several lines (engines indent and wrap what they quote).
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const needles = [...new Set([...secrets].flatMap(spellings))].sort((a, b) => b.length - a.length)
  if (needles.length === 0) return { text: (text) => text, value: (value) => value, isTouched: () => false }
  const pattern = new RegExp(needles.map(escapeRegExp).join('|'), 'g')
  const text = (input: string): string => input.replace(pattern, SENSITIVE_PLACEHOLDER)
  const value = (input: JsonValue): JsonValue => mapStrings(input, text)
  return { text, value, isTouched: (input) => input.search(pattern) !== -1 }
}

function spellings(secret: string): readonly string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).map((line) => line.trim()) : []
  const encoded = [
    JSON.stringify(secret).slice(1, -1),
    encodeForUrl(secret),
    Buffer.from(secret).toString('base64'),
  ]
  return [secret, secret.trim(), ...lines, ...encoded].filter((text) => text.length >= MIN_SECRET_LENGTH)
}

function mapStrings(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapStrings(item, map))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]))
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A lone surrogate has no URL form; such a text cannot stand in a URL. */
function encodeForUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
