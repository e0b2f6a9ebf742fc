import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml'
import { type ConfigProblem, formatPath } from './config-problem.js'

/** Beyond this, a configuration is not read: a file of the wrong kind, or a bomb (fault 67). */
const MAX_FILE_CHARACTERS = 4 * 1024 * 1024
/** Deeper than any key of the schema can be; keeps recursion bounded. */
const MAX_DEPTH = 64
/** Values that aliases may repeat in all; yaml counts nodes times uses. */
const MAX_ALIAS_COUNT = 100

type Path = readonly PropertyKey[]

/** YAML text as data, with the place of every key. */
export interface ParsedYaml {
  readonly file: string
  /** Undefined where the text is no YAML that can be checked any further. */
  readonly data: unknown
  readonly problems: readonly ConfigProblem[]
  /** A problem at the value of a path, or the nearest one above that stands in the file; `atKey`: at its key. */
  readonly problemAt: (path: Path, message: string, suggestion?: string, atKey?: boolean) => ConfigProblem
}

/** Parses one YAML 1.2 document: syntax errors, duplicate keys, unknown tags and alias bombs are problems. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter()
  const problem = createProblem(file, lines)
  const nothing = (message: string): ParsedYaml => {
    const problemAt = (path: Path, text: string): ConfigProblem => problem(0, path, text)
    return { file, data: undefined, problems: [problem(0, [], message)], problemAt }
  }
  if (text.length > MAX_FILE_CHARACTERS) return nothing('is larger than 4 MiB: this is no configuration')
  if (text.includes('\0')) return nothing('holds a NUL: this is no text file')
  if (deepestFlow(text) > MAX_DEPTH) return nothing(`nests deeper than ${MAX_DEPTH} levels`)
  const documents = parseDocuments(text, lines)
  if (documents === 'too deep') return nothing(`nests deeper than ${MAX_DEPTH} levels`)
  const [document, second] = documents
  if (document === undefined || document.contents === null) return nothing('is empty')

  const problems = [...document.errors, ...document.warnings].map((error) => {
    const isDuplicate = error.code === 'DUPLICATE_KEY'
    const path = pathAt(document.contents, error.pos[0])
    return problem(error.pos[0], path, isDuplicate ? 'stands twice' : error.message)
  })
  if (second !== undefined)
    problems.push(problem(second.range[0], [], 'a second document begins: write one only'))
  const canGoOn = document.errors.every((error) => error.code === 'DUPLICATE_KEY')
  const data = canGoOn ? toData(document) : { data: undefined, message: undefined }
  if (data.message !== undefined) problems.push(problem(0, [], data.message))
  const problemAt: ParsedYaml['problemAt'] = (path, message, suggestion, atKey = false) =>
    problem(offsetOf(document, path, atKey), path, message, suggestion)
  return { file, data: data.data, problems, problemAt }
}

function createProblem(file: string, lines: LineCounter) {
  return (offset: number, path: Path, message: string, suggestion?: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset)
    const place = { file, line: Math.max(1, line), column: Math.max(1, col), path: formatPath(path) }
    return suggestion === undefined ? { ...place, message } : { ...place, message, suggestion }
  }
}

type ParsedDocument = Document.Parsed

function parseDocuments(text: string, lineCounter: LineCounter): readonly ParsedDocument[] | 'too deep' {
  try {
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, version: '1.2' })
    return Array.isArray(documents) ? (documents as ParsedDocument[]) : []
  } catch (error) {
    if (error instanceof RangeError) return 'too deep'
    throw error
  }
}

function toData(document: ParsedDocument): { readonly data: unknown; readonly message: string | undefined } {
  try {
    return { data: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), message: undefined }
  } catch (error) {
    if (error instanceof RangeError)
      return { data: undefined, message: `nests deeper than ${MAX_DEPTH} levels` }
    const message = error instanceof Error ? error.message : String(error)
    return { data: undefined, message: `its aliases cannot be resolved: ${message}` }
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

/** Where the value of a path begins, or the nearest thing above it. */
function offsetOf(document: ParsedDocument, path: Path, atKey: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const [index, key] of path.entries()) {
    const isKeyWanted = atKey && index === path.length - 1
    const found = childOf(resolveAlias(node, document), key)
    if (found === undefined) return offset
    offset = startOf(isKeyWanted || found.value === null ? found.key : found.value) || offset
    node = found.value
  }
  return offset
}

function childOf(
  node: unknown,
  key: PropertyKey,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(key)]
    return value === undefined ? undefined : { key: value, value }
  }
  if (!isMap(node)) return undefined
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function resolveAlias(node: unknown, document: ParsedDocument): unknown {
  return isAlias(node) ? node.resolve(document) : node
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

/** The path of the key that begins at an offset; empty where none does. */
function pathAt(node: unknown, offset: number): Path {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries())
      if (contains(item, offset)) return [index, ...pathAt(item, offset)]
  }
  if (isMap(node)) {
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : ''
      if (startOf(pair.key) === offset) return [name]
      if (contains(pair.value, offset)) return [name, ...pathAt(pair.value, offset)]
    }
  }
  return []
}

function contains(node: unknown, offset: number): boolean {
  const range = (node as Node | null)?.range
  return range != null && range[0] <= offset && offset < range[2]
}
