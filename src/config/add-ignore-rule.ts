import { Document, isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml'
import type { Kind } from '../domain/record.js'

/** A rule to be written into a repository's own file. */
export interface NewIgnoreRule {
  readonly match: {
    readonly stack: string
    readonly address: string
    readonly host?: string
    readonly path?: readonly string[]
    readonly kind: Kind
  }
  readonly reason: string
  readonly owner: string
  /** `2027-03-31`. */
  readonly until: string
}

const KEY = 'ignore'
const INDENT = 2

/** The rule as an item of a YAML list, for pasting below `ignore:`. */
export function ignoreRuleText(rule: NewIgnoreRule): string {
  const document = new Document([rule])
  document.setIn([0, 'match'], document.createNode(rule.match, { flow: true }))
  return indented(document.toString({ lineWidth: 0 }), INDENT)
}

/**
 * The text of a repository's own file (null: there is none) with one more rule. Every other byte stays, comments
 * included, unless the list is written between brackets. The text must be valid YAML.
 */
export function addIgnoreRule(text: string | null, rule: NewIgnoreRule): string {
  const item = ignoreRuleText(rule)
  if (text === null || text.trim() === '') return `version: 1\n${KEY}:\n${item}`
  const document = parseDocument(text)
  const list: unknown = document.get(KEY)
  if (!document.has(KEY) && isMap(document.contents) && document.contents.flow !== true) {
    return `${withLineBreak(text)}${KEY}:\n${item}`
  }
  if (isSeq(list) && list.flow !== true && list.items.length > 0) return insert(text, list, rule)
  const items = isSeq(list) ? list.toJS(document) : []
  document.set(KEY, [...(items as readonly unknown[]), rule])
  return document.toString({ lineWidth: 0 })
}

/** Below the last item of a list, as far to the right as the others. */
function insert(text: string, list: YAMLSeq, rule: NewIgnoreRule): string {
  const [begin = 0, end = text.length] = list.range ?? []
  const column = begin - (text.lastIndexOf('\n', begin - 1) + 1)
  const item = indented(ignoreRuleText(rule).replace(/^ {2}/gm, ''), column)
  const lineEnd = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1
  if (lineEnd === 0) return `${text}\n${item}`
  return text.slice(0, lineEnd) + item + text.slice(lineEnd)
}

function withLineBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}
