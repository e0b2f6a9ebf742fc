import type { z } from 'zod'
import { suggest } from '../lib/text/suggest.js'
import { knownKeys } from './known-keys.js'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** One problem in words, at a path. */
export interface Description {
  readonly path: Path
  readonly message: string
  readonly suggestion?: string
  /** The problem is the key itself, not its value. */
  readonly isAtKey?: boolean
}

/** What an issue of Zod means to a person who wrote the document; one description for each thing to mend. */
export function describeIssue(issue: Issue, data: unknown, jsonSchema: unknown): readonly Description[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        describeUnknownKey(issue.path, key, knownKeys(jsonSchema, issue.path, data)),
      )
    case 'invalid_union':
      return describeUnion(issue, data, jsonSchema)
    case 'invalid_key':
      return [{ path: issue.path, message: issue.issues[0]?.message ?? 'has an invalid key', isAtKey: true }]
    case 'invalid_value':
      return [describeValue(issue, data)]
    case 'custom':
      return [withSuggestion(issue.path, issue.message, suggestionOf(issue))]
    default:
      return [{ path: issue.path, message: messageOf(issue, valueAt(data, issue.path)) }]
  }
}

function describeUnknownKey(path: Path, key: string, known: readonly string[]): Description {
  const description = withSuggestion([...path, key], 'is no known key', suggest(key, known))
  return { ...description, isAtKey: true }
}

/** An own message, the missing discriminator, or the issues of the one branch that was meant. */
function describeUnion(
  issue: Issue & { readonly code: 'invalid_union' },
  data: unknown,
  jsonSchema: unknown,
): readonly Description[] {
  const value = valueAt(data, issue.path)
  const { options } = issue as { readonly options?: readonly unknown[] }
  if (issue.errors.length === 0 && options !== undefined) return [describeChoice(issue.path, value, options)]
  if (issue.message !== 'Invalid input') return [{ path: issue.path, message: issue.message }]
  const isOfRightType = (issues: readonly Issue[]): boolean =>
    !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0)
  const meant = issue.errors.find(isOfRightType) ?? issue.errors[0] ?? []
  return meant.flatMap((inner) =>
    describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, data, jsonSchema),
  )
}

function describeValue(issue: Issue & { readonly code: 'invalid_value' }, data: unknown): Description {
  const value = valueAt(data, issue.path)
  if (value !== undefined && issue.values.length === 1 && !issue.message.startsWith('Invalid'))
    return { path: issue.path, message: issue.message }
  return describeChoice(issue.path, value, issue.values)
}

function describeChoice(path: Path, value: unknown, options: readonly unknown[]): Description {
  const names = options.map(String)
  const choice = names.length === 1 ? `must be ${names[0]}` : `must be one of ${names.join(', ')}`
  if (value === undefined) return { path, message: `is missing: ${choice}` }
  return withSuggestion(path, choice, typeof value === 'string' ? suggest(value, names) : undefined)
}

/** Messages of our own begin in lower case; those of Zod are put into words of our own. */
function messageOf(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code === 'invalid_type') return 'is missing'
  if (!/^(Invalid|Too|Unrecognized|Expected)/.test(issue.message)) return issue.message
  if (issue.code === 'invalid_type') return `must be ${typeName(issue.expected)}, not ${typeOf(value)}`
  if (issue.code === 'too_small') return `must be ${bound('at least', issue.origin, issue.minimum)}`
  if (issue.code === 'too_big') return `must be ${bound('at most', issue.origin, issue.maximum)}`
  return 'is not valid'
}

function bound(word: string, origin: string, limit: number | bigint): string {
  if (origin === 'string') return `${word} ${limit} characters long`
  return origin === 'array' ? `a list of ${word} ${limit}` : `${word} ${limit}`
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    record: 'a map',
  }
  return names[expected] ?? expected
}

function typeOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeName(typeof value)
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    data,
  )
}

function suggestionOf(issue: Issue & { readonly code: 'custom' }): string | undefined {
  const suggestion: unknown = issue.params?.suggestion
  return typeof suggestion === 'string' ? suggestion : undefined
}

function withSuggestion(path: Path, message: string, suggestion: string | undefined): Description {
  return suggestion === undefined ? { path, message } : { path, message, suggestion }
}
