import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import { type ConfigProblem, formatPath } from './config-problem.js'
import { offsetOf, pathAt, pathsOfKey, type YamlPath } from './yaml-place.js'

/** Beyond this, a configuration is not read: a file of the wrong kind, or a bomb (fault 67). */
const MAX_FILE_CHARACTERS = 4 * 1024 * 1024
/** Deeper than any key of the schema can be; keeps recursion bounded. */
const MAX_DEPTH = 64
const TOO_DEEP = `nests deeper than ${MAX_DEPTH} levels`
/** Values that aliases may repeat in all; yaml counts nodes times uses. */
const MAX_ALIAS_COUNT = 100

/** YAML text as data, with the place of every key. */
export interface ParsedYaml {
  /** Undefined where the text is no YAML that can be checked any further. */
  readonly data: unknown
  readonly problems: readonly ConfigProblem[]
  /** A problem at the value of a path, or the nearest thing above it that stands in the file; `isAtKey`: at its key. */
  readonly problemAt: (
    path: YamlPath,
    message: string,
    suggestion?: string,
    isAtKey?: boolean,
  ) => ConfigProblem
}

/** Parses one YAML 1.2 document: syntax errors, duplicate keys, unknown tags and alias bombs are problems. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter()
  const place = createPlacer(file, lines)
  const documents = parseDocuments(text, lines)
  if (typeof documents === 'string') return withoutData(place(0, [], documents), place)
  const [document, second] = documents
  if (document === undefined || document.contents === null)
    return withoutData(place(0, [], 'is empty'), place)

  const problems = [...problemsOf(document, place)]
  if (second !== undefined)
    problems.push(place(second.range[0], [], 'a second document begins: write one only'))
  const problemAt: ParsedYaml['problemAt'] = (path, message, suggestion, isAtKey = false) =>
    place(offsetOf(document, path, isAtKey), path, message, suggestion)
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY'))
    return { data: undefined, problems, problemAt }
  const { data, problem } = toData(document)
  if (problem !== null) problems.push(place(0, [], problem))
  return { data, problems, problemAt }
}

type Place = (offset: number, path: YamlPath, message: string, suggestion?: string) => ConfigProblem

function createPlacer(file: string, lines: LineCounter): Place {
  return (offset, path, message, suggestion) => {
    const { line, col } = lines.linePos(offset)
    const place = { file, line: Math.max(1, line), column: Math.max(1, col), path: formatPath(path) }
    return suggestion === undefined ? { ...place, message } : { ...place, message, suggestion }
  }
}

function withoutData(problem: ConfigProblem, place: Place): ParsedYaml {
  const problemAt = (path: YamlPath, message: string): ConfigProblem => place(0, path, message)
  return { data: undefined, problems: [problem], problemAt }
}

/** The documents of a text, or why it is not parsed. */
function parseDocuments(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | string {
  if (text.length > MAX_FILE_CHARACTERS) return 'is larger than 4 MiB: this is no configuration'
  if (text.includes('\0')) return 'holds a NUL: this is no text file'
  if (deepestFlow(text) > MAX_DEPTH) return TOO_DEEP
  try {
    return [...parseAllDocuments(text, { lineCounter, prettyErrors: false, version: '1.2' })]
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP
    throw error
  }
}

function problemsOf(document: Document.Parsed, place: Place): readonly ConfigProblem[] {
  const found = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }) =>
    place(offset, pathAt(document.contents, offset), code === 'DUPLICATE_KEY' ? 'stands twice' : message),
  )
  // schemas overlook this one key, since JavaScript gives it a meaning of its own
  const strange = pathsOfKey(document.contents, '__proto__').map((path) =>
    place(offsetOf(document, path, true), path, 'is no known key'),
  )
  return [...found, ...strange]
}

function toData(document: Document.Parsed): { readonly data: unknown; readonly problem: string | null } {
  try {
    return { data: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), problem: null }
  } catch (error) {
    if (error instanceof RangeError) return { data: undefined, problem: TOO_DEEP }
    const message = error instanceof Error ? error.message : String(error)
    return { data: undefined, problem: `its aliases cannot be resolved: ${message}` }
  }
}

/** The most brackets open at once, quotes not looked at: an upper bound of flow nesting, before any recursion. */
function deepestFlow(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [character] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (character === '[' || character === '{' ? 1 : -1))
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
