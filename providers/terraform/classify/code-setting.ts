import type { AttributePath, JsonValue } from '../../../src/domain/record.js'
import type { ConfiguredResource } from '../plan-json/plan-json.js'
import { isList, isObject, own } from './same-value.js'

/** What the code says about an attribute: nothing, a literal, or an expression (with what it refers to). */
export type CodeSetting =
  | { readonly kind: 'none' }
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly references: readonly string[] }

const NONE: CodeSetting = { kind: 'none' }

/**
 * What the code says about the place, or about the nearest one around it that the code speaks of as a whole. An attribute
 * that a block of the code leaves out is `none`. The plan JSON does not have `dynamic` blocks.
 */
export function codeSettingAt(configured: ConfiguredResource | null, path: AttributePath): CodeSetting {
  const [name, ...rest] = path
  if (configured === null || typeof name !== 'string') return NONE
  return settingIn(own(configured.expressions, name), rest)
}

function settingIn(expression: JsonValue, rest: AttributePath): CodeSetting {
  if (isList(expression)) return settingInBlocks(expression, rest)
  if (!isObject(expression)) return NONE
  if ('constant_value' in expression) return constantAt(own(expression, 'constant_value'), rest)
  const references = own(expression, 'references')
  if (isList(references))
    return { kind: 'expression', references: references.filter((item) => typeof item === 'string') }
  // an expression without references (`jsonencode({})`) is an empty object, a single nested block has names in it
  if (Object.keys(expression).length === 0) return { kind: 'expression', references: [] }
  return settingInBlocks([expression], rest)
}

function settingInBlocks(blocks: readonly JsonValue[], rest: AttributePath): CodeSetting {
  const names = typeof rest[0] === 'number' ? rest.slice(1) : rest
  const [name, ...below] = names
  if (typeof name !== 'string') return { kind: 'expression', references: blocks.flatMap(referencesIn) }
  // elements of a set have no index in common with the blocks of the code: any block that sets it will do
  const index = typeof rest[0] === 'number' && blocks.length > 1 ? rest[0] : 0
  const candidates = blocks[index] === undefined ? blocks : [blocks[index], ...blocks]
  for (const block of candidates) {
    const setting = isObject(block) ? settingIn(own(block, name), below) : NONE
    if (setting.kind !== 'none') return setting
  }
  return NONE
}

function constantAt(value: JsonValue, rest: AttributePath): CodeSetting {
  if (value === null) return NONE
  const [key, ...below] = rest
  if (key === undefined) return { kind: 'constant', value }
  if (isList(value)) return typeof key === 'number' ? constantAt(value[key] ?? null, below) : NONE
  return isObject(value) ? constantAt(own(value, String(key)), below) : NONE
}

/** Everything that an expression, or a block with what is nested in it, refers to. */
function referencesIn(expression: JsonValue): readonly string[] {
  if (isList(expression)) return expression.flatMap(referencesIn)
  if (!isObject(expression)) return []
  const references = own(expression, 'references')
  if (isList(references)) return references.filter((item) => typeof item === 'string')
  return Object.values(expression).flatMap(referencesIn)
}
