import { canonicalJson } from '../../../src/domain/fingerprint.js'
import type { JsonValue } from '../../../src/domain/record.js'

type Document = { readonly [key: string]: JsonValue }

/** True for a document in the policy language of AWS. */
export function isPolicy(document: JsonValue): document is Document {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return false
  const statement = (document as Document).Statement
  return typeof statement === 'object' && statement !== null
}

/**
 * The policy in one form: statements and lists are sets, one string is a list of one, an account is its root ARN, actions
 * ignore case (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
 */
export function canonicalPolicy(policy: Document): JsonValue {
  const entries = Object.entries(policy).map(([key, value]) => [
    key,
    key === 'Statement' ? sortedSet(asList(value).map(canonicalStatement)) : value,
  ])
  return Object.fromEntries(entries)
}

function canonicalStatement(statement: JsonValue): JsonValue {
  if (!isDocument(statement)) return statement
  const entries = Object.entries(statement)
    .filter(([key, value]) => !(key === 'Sid' && value === ''))
    .map(([key, value]) => [key, canonicalElement(key, value)] as const)
    .filter(([key, value]) => !(key === 'Condition' && isDocument(value) && Object.keys(value).length === 0))
  return Object.fromEntries(entries)
}

function canonicalElement(key: string, value: JsonValue): JsonValue {
  switch (key) {
    case 'Action':
    case 'NotAction':
      return sortedSet(
        asList(value).map((action) => (typeof action === 'string' ? action.toLowerCase() : action)),
      )
    case 'Resource':
    case 'NotResource':
      return sortedSet(asList(value))
    case 'Principal':
    case 'NotPrincipal':
      return canonicalPrincipal(value)
    case 'Condition':
      return canonicalCondition(value)
    default:
      return value
  }
}

function canonicalPrincipal(principal: JsonValue): JsonValue {
  if (principal === '*') return { AWS: ['*'] }
  if (!isDocument(principal)) return principal
  const entries = Object.entries(principal).map(([kind, names]) => [
    kind,
    sortedSet(asList(names).map((name) => (kind === 'AWS' ? canonicalAccount(name) : name))),
  ])
  return Object.fromEntries(entries)
}

/** `123456789012` and `arn:aws:iam::123456789012:root` are the same principal. */
function canonicalAccount(name: JsonValue): JsonValue {
  if (typeof name !== 'string') return name
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(name)?.[1] ?? name
}

function canonicalCondition(condition: JsonValue): JsonValue {
  if (!isDocument(condition)) return condition
  const operators = Object.entries(condition).map(([operator, keys]) => {
    if (!isDocument(keys)) return [operator, keys] as const
    // condition keys ignore case; values may be written as strings, numbers or booleans
    const entries = Object.entries(keys).map(([key, values]) => [
      key.toLowerCase(),
      sortedSet(asList(values).map((value) => (typeof value === 'object' ? value : String(value)))),
    ])
    return [operator, Object.fromEntries(entries) as JsonValue] as const
  })
  return Object.fromEntries(operators)
}

function sortedSet(values: readonly JsonValue[]): JsonValue {
  const byText = new Map(values.map((value) => [canonicalJson(value), value]))
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? null)
}

function asList(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value]
}

function isDocument(value: JsonValue): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
