import type { JsonValue } from '../../domain/record.js'
import { escapeText } from './escape-text.js'

/** How to write a value. */
export interface ValueStyle {
  /** Members that say nothing (null, "", [], {}) are left out of objects. */
  readonly isBrief: boolean
}

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/
// what no line of a terminal can show is not worth writing out
const MAX_BRIEF_LENGTH = 4_000

/** A value on one line, free of what a terminal would obey: strings in quotes, null as `(not set)`, objects as `{a: 1}`. */
export function valueText(value: JsonValue | undefined, style: ValueStyle): string {
  if (value === undefined) return '(known only after it is applied)'
  if (value === null) return '(not set)'
  return write(value, style)
}

/** True for what Terraform and people take for nothing: null, "", [], {}. */
export function isEmptyValue(value: JsonValue | undefined): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function write(value: JsonValue, style: ValueStyle): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quote(style.isBrief ? value.slice(0, MAX_BRIEF_LENGTH) : value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${joinBriefly(value, (item) => write(item, style), style)}]`
  const members = Object.entries(value).filter(([, member]) => !style.isBrief || !isEmptyValue(member))
  return `{${joinBriefly(members, ([key, member]) => `${keyText(key)}: ${write(member, style)}`, style)}}`
}

function joinBriefly<T>(items: readonly T[], text: (item: T) => string, style: ValueStyle): string {
  const parts: string[] = []
  let length = 0
  for (const item of items) {
    if (style.isBrief && length > MAX_BRIEF_LENGTH) return `${parts.join(', ')}, …`
    const part = text(item)
    length += part.length
    parts.push(part)
  }
  return parts.join(', ')
}

function keyText(key: string): string {
  return PLAIN_KEY.test(key) ? key : quote(key)
}

function quote(text: string): string {
  return escapeText(JSON.stringify(text))
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}
