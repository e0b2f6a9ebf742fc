import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { JsonValue } from '../../../src/domain/record.js'
import type { BackendBlock, FileFacts, ModuleCall } from './file-facts.js'
import { parseHcl } from './hcl-parser.js'
import { type KeptPlace, keepFacts, readKeptFacts } from './kept-facts.js'

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
 * which says what is wrong and where. Remembered by content, since most files are the same in every scan; with a
 * `cacheFolder` also for the next driftd, since what reads HCL takes 60 MB and a third of a second before the first file.
 */
export async function readFileFacts(
  name: string,
  text: string,
  cacheFolder?: string,
): Promise<FileFacts | null> {
  const key = createHash('sha256')
    .update(`${name.endsWith('.json')}\n${text}`)
    .digest('hex')
  const known = remembered.get(key)
  if (known !== undefined) return known
  const facts = await readAnew(name, text, cacheFolder && { cacheFolder, key })
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, facts)
  return facts
}

async function readAnew(
  name: string,
  text: string,
  place: KeptPlace | '' | undefined,
): Promise<FileFacts | null> {
  if (!place) return parseFile(name, text)
  const kept = await readKeptFacts(place)
  if (kept !== null) return kept
  const facts = await parseFile(name, text)
  if (facts !== null) await keepFacts(place, facts)
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
