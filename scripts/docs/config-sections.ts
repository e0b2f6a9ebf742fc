/** A part of a JSON Schema, as far as it is read here. */
export interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly items?: SchemaNode
  readonly additionalProperties?: SchemaNode | boolean
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
}

/** One key of a map in driftd.yaml. */
export interface ConfigKey {
  readonly key: string
  readonly type: string
  readonly isRequired: boolean
  readonly defaultText: string | null
  readonly meaning: string
}

/** One map of driftd.yaml: where it stands, and its keys. */
export interface ConfigSection {
  /** `repositories[].stacks[] (provider: ansible)` */
  readonly title: string
  readonly keys: readonly ConfigKey[]
}

const SETTING = 'setting'
const SECRET = 'secret'

/** Every map of a schema with its keys, outermost first, each followed by those inside it. */
export function configSections(title: string, node: SchemaNode): readonly ConfigSection[] {
  const properties = Object.entries(node.properties ?? {})
  const keys = properties.map(([key, child]) => toKey(key, child, node.required?.includes(key) ?? false))
  const inner = properties.flatMap(([key, child]) =>
    innerSections(title === '' ? key : `${title}.${key}`, child),
  )
  return [{ title, keys }, ...inner]
}

/** A list of what it stands in itself: its keys are written above. */
const AGAIN = /\.(\w+)\[\]\.\1$/

function innerSections(path: string, node: SchemaNode): readonly ConfigSection[] {
  if (settingOf(node) !== null || AGAIN.test(path)) return []
  if (node.items !== undefined) return innerSections(`${path}[]`, node.items)
  if (node.properties !== undefined) return configSections(path, node)
  if (typeof node.additionalProperties === 'object')
    return innerSections(`${path}.NAME`, node.additionalProperties)
  const maps = alternatives(node).filter((branch) => branch.properties !== undefined)
  return maps.flatMap((branch) => configSections(branchTitle(path, branch), branch))
}

/** Alternatives that a constant tells apart are called by it. */
function branchTitle(path: string, branch: SchemaNode): string {
  const constant = Object.entries(branch.properties ?? {}).find(([, child]) => child.const !== undefined)
  return constant === undefined ? path : `${path} (${constant[0]}: ${String(constant[1].const)})`
}

function toKey(key: string, node: SchemaNode, isRequired: boolean): ConfigKey {
  const isEmpty = node.default === undefined || ['{}', '[]'].includes(JSON.stringify(node.default))
  return {
    key,
    type: typeText(node),
    isRequired: isRequired && node.default === undefined,
    defaultText: isEmpty ? null : JSON.stringify(node.default),
    meaning: node.description ?? '',
  }
}

function typeText(node: SchemaNode): string {
  const setting = settingOf(node)
  if (setting !== null) return setting
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum !== undefined) return node.enum.map(String).join(' \\| ')
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : typeText(node.items)}`
  if (node.properties !== undefined) return 'map'
  if (node.type === 'object') return mapText(node)
  if (alternatives(node).length > 0) return alternativesText(alternatives(node))
  if (node.examples !== undefined) return `such as ${node.examples.join(', ')}`
  return node.type === undefined ? 'any' : numberText(node, node.type)
}

function mapText({ additionalProperties }: SchemaNode): string {
  return typeof additionalProperties === 'object' ? `map of ${typeText(additionalProperties)}` : 'map'
}

function alternativesText(branches: readonly SchemaNode[]): string {
  return [...new Set(branches.map(typeText))].join(' or ')
}

function numberText({ minimum, maximum }: SchemaNode, type: string): string {
  const isBounded = minimum !== undefined && maximum !== undefined && maximum <= 1_000_000
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return isBounded ? `${type}, ${minimum} to ${maximum}` : type
  return type
}

/** A value that may come from a variable or a file; `secret` where it may not be literal. */
function settingOf(node: SchemaNode): typeof SETTING | typeof SECRET | null {
  const branches = alternatives(node)
  const has = (key: string): boolean =>
    branches.some(({ properties }) => properties !== undefined && Object.keys(properties)[0] === key)
  if (!has('env') || !has('file')) return null
  return branches.some(({ type }) => type === 'string') ? SETTING : SECRET
}

function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? []
}
