import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { JsonValue } from '../../../src/domain/record.js'
import { parseHcl } from './hcl-parser.js'

/** A call of another module. Null where the code does not say it literally. */
export interface ModuleCall {
  readonly name: string
  readonly source: string
  readonly version: string | null
}

/** Where the state is kept, as the code says it. `cloud` for HCP Terraform. */
export interface BackendBlock {
  readonly type: string
  readonly config: Readonly<Record<string, JsonValue>>
}

/** A variable whose values are secrets. */
export interface SensitiveVariable {
  readonly name: string
  readonly defaultValue: JsonValue
}

/** What one configuration file says about how the stack is run. */
export interface FileFacts {
  readonly backend: BackendBlock | null
  readonly requiredProviders: Readonly<Record<string, JsonValue>>
  readonly hasProviderBlock: boolean
  /** Types of resources and data sources. */
  readonly resourceTypes: readonly string[]
  readonly moduleCalls: readonly ModuleCall[]
  readonly sensitiveVariables: readonly SensitiveVariable[]
}

const block = z.record(z.string(), z.unknown())
/** hcl2json always gives a list of blocks; JSON configuration may also give one object. */
const blocks = z.union([z.array(block), block.transform((one) => [one])])
const labelled = z.union([
  z.record(z.string(), blocks),
  z.array(z.record(z.string(), blocks)).transform(merge),
])
const labelledTwice = z.union([
  z.record(z.string(), z.unknown()),
  z.array(z.record(z.string(), z.unknown())).transform(merge),
])

const fileSchema = z.object({
  terraform: blocks.default([]),
  provider: labelled.default({}),
  resource: labelledTwice.default({}),
  data: labelledTwice.default({}),
  ephemeral: labelledTwice.default({}),
  module: labelled.default({}),
  variable: labelled.default({}),
})

const MAX_REMEMBERED = 2_000
const remembered = new Map<string, FileFacts | null>()

/**
 * What a configuration file (`.tf` or `.tf.json`) says, or null where it does not parse: then the engine is asked,
 * which says what is wrong and where. Remembered by content, since most files are the same in every scan.
 */
export async function readFileFacts(name: string, text: string): Promise<FileFacts | null> {
  const key = createHash('sha256')
    .update(`${name.endsWith('.json')}\n${text}`)
    .digest('base64')
  const known = remembered.get(key)
  if (known !== undefined) return known
  const facts = await parseFile(name, text)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, facts)
  return facts
}

/** The values of a `.tfvars` or `.tfvars.json` file, of a backend configuration file, or of any HCL body; null where it does not parse. */
export async function readHclValues(
  name: string,
  text: string,
): Promise<Readonly<Record<string, JsonValue>> | null> {
  try {
    const parsed: unknown = name.endsWith('.json') ? JSON.parse(text) : await parseHcl(name, text)
    return block.parse(parsed) as Readonly<Record<string, JsonValue>>
  } catch {
    return null
  }
}

async function parseFile(name: string, text: string): Promise<FileFacts | null> {
  const values = await readHclValues(name, text)
  const parsed = fileSchema.safeParse(values)
  if (!parsed.success) return null
  const { terraform, provider, resource, data, ephemeral, module, variable } = parsed.data
  return {
    backend: terraform.map(backendOf).findLast((found) => found !== null) ?? null,
    requiredProviders: merge(terraform.flatMap((one) => listOf(one.required_providers))),
    hasProviderBlock: Object.keys(provider).length > 0,
    resourceTypes: [...Object.keys(resource), ...Object.keys(data), ...Object.keys(ephemeral)],
    moduleCalls: Object.entries(module).flatMap(([name, [call]]) => moduleCallOf(name, call)),
    sensitiveVariables: Object.entries(variable).flatMap(([name, [one]]) =>
      one?.sensitive === true ? [{ name, defaultValue: (one.default ?? null) as JsonValue }] : [],
    ),
  }
}

function backendOf(terraformBlock: Readonly<Record<string, unknown>>): BackendBlock | null {
  const [cloud] = listOf(terraformBlock.cloud)
  if (cloud) return { type: 'cloud', config: cloud }
  const [backend] = listOf(terraformBlock.backend)
  const [type] = Object.keys(backend ?? {})
  if (backend === undefined || type === undefined) return null
  return { type, config: listOf(backend[type])[0] ?? {} }
}

function moduleCallOf(
  name: string,
  call: Readonly<Record<string, unknown>> | undefined,
): readonly ModuleCall[] {
  if (typeof call?.source !== 'string') return []
  return [{ name, source: call.source, version: typeof call.version === 'string' ? call.version : null }]
}

function listOf(value: unknown): readonly Readonly<Record<string, JsonValue>>[] {
  const items = Array.isArray(value) ? value : [value]
  return items.filter((item) => item !== null && typeof item === 'object')
}

function merge<T>(items: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.fromEntries(items.flatMap((item) => Object.entries(item)))
}
