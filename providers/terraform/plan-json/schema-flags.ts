import { z } from 'zod'
import { DriftError } from '../../../src/domain/errors.js'
import { cutJson } from './cut-json.js'

/** How an attribute or nested block stands in a provider's schema. */
export interface AttributeFlags {
  readonly required?: true
  readonly optional?: true
  readonly computed?: true
  readonly sensitive?: true
  /** A nested block: its schema does not tell whether the provider may fill it in by itself. */
  readonly block?: true
  readonly shape: 'value' | 'list' | 'set' | 'map' | 'object'
  /** The attributes of a nested block or object, or of the elements where the shape is a collection. */
  readonly of?: Readonly<Record<string, AttributeFlags>>
}

/** Flags of one resource type, by attribute or block name. */
export type ResourceFlags = Readonly<Record<string, AttributeFlags>>

/** Flags of every resource type, by provider source address; plain JSON, to be cached per provider version. */
export interface SchemaFlags {
  readonly version: 2
  readonly providers: Readonly<Record<string, Readonly<Record<string, ResourceFlags>>>>
}

/**
 * The flags from `terraform providers schema -json`, read as a stream: one resource type at a time is held, of the
 * many megabytes that a cloud's schema has. Throws OUTPUT_INVALID or OUTPUT_TRUNCATED.
 */
export async function readSchemaFlags(open: () => AsyncIterable<Buffer>): Promise<SchemaFlags> {
  const providers = new Map<string, Map<string, ResourceFlags>>()
  await cutJson(open(), {
    decide: (path) => {
      if (path[0] !== 'provider_schemas') return 'skip'
      if (path.length <= 2) return 'enter'
      if (path[2] !== 'resource_schemas') return 'skip'
      return path.length === 3 ? 'enter' : 'take'
    },
    take: ([, provider = '', , type = ''], bytes) => {
      const types = providers.get(provider) ?? new Map<string, ResourceFlags>()
      providers.set(provider, types.set(type, reduceResource(parseJson(bytes))))
    },
  })
  const entries = [...providers].map(([provider, types]) => [provider, Object.fromEntries(types)] as const)
  return { version: 2, providers: Object.fromEntries(entries) }
}

/** The flags from a parsed `terraform providers schema -json` document. Throws OUTPUT_INVALID. */
export function reduceSchema(document: unknown): SchemaFlags {
  const parsed = schemaDocument.safeParse(document)
  if (!parsed.success) throw invalid(parsed.error)
  const entries = Object.entries(parsed.data.provider_schemas ?? {}).map(([provider, schemas]) => {
    const types = Object.entries(schemas.resource_schemas ?? {})
    return [
      provider,
      Object.fromEntries(types.map(([type, schema]) => [type, reduceResource(schema)])),
    ] as const
  })
  return { version: 2, providers: Object.fromEntries(entries) }
}

/** Flags that were cached as JSON, or null where the text is no such thing (an older version, a torn file). */
export function parseSchemaFlags(text: string): SchemaFlags | null {
  try {
    const parsed = cachedFlags.safeParse(JSON.parse(text))
    return parsed.success ? (parsed.data as SchemaFlags) : null
  } catch {
    return null
  }
}

const schemaDocument = z.object({
  provider_schemas: z
    .record(z.string(), z.object({ resource_schemas: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
})

// deep checks would cost more than the cache saves: the file is our own, in a private folder
const cachedFlags = z.object({
  version: z.literal(2),
  providers: z.record(
    z.string(),
    z.record(z.string(), z.record(z.string(), z.object({ shape: z.string() }).loose())),
  ),
})

interface RawAttribute {
  readonly type?: unknown
  readonly nested_type?:
    | { readonly nesting_mode?: string | undefined; readonly attributes?: RawAttributes | undefined }
    | undefined
  readonly required?: boolean | undefined
  readonly optional?: boolean | undefined
  readonly computed?: boolean | undefined
  readonly sensitive?: boolean | undefined
}
type RawAttributes = Readonly<Record<string, RawAttribute>>
interface RawBlock {
  readonly attributes?: RawAttributes | undefined
  readonly block_types?: Readonly<Record<string, RawBlockType>> | undefined
}
interface RawBlockType {
  readonly nesting_mode: string
  readonly block: RawBlock
  readonly min_items?: number | undefined
}

const rawAttribute: z.ZodType<RawAttribute> = z.lazy(() =>
  z.object({
    type: z.unknown().optional(),
    nested_type: z
      .object({
        nesting_mode: z.string().optional(),
        attributes: z.record(z.string(), rawAttribute).optional(),
      })
      .optional(),
    required: z.boolean().optional(),
    optional: z.boolean().optional(),
    computed: z.boolean().optional(),
    sensitive: z.boolean().optional(),
  }),
)
const rawBlock: z.ZodType<RawBlock> = z.lazy(() =>
  z.object({
    attributes: z.record(z.string(), rawAttribute).optional(),
    block_types: z
      .record(
        z.string(),
        z.object({ nesting_mode: z.string(), block: rawBlock, min_items: z.number().optional() }),
      )
      .optional(),
  }),
)
const rawResource = z.object({ block: rawBlock.default({}) })

function reduceResource(schema: unknown): ResourceFlags {
  const parsed = rawResource.safeParse(schema)
  if (!parsed.success) throw invalid(parsed.error)
  return reduceBlock(parsed.data.block)
}

function reduceBlock(block: RawBlock): ResourceFlags {
  const attributes = Object.entries(block.attributes ?? {}).map(
    ([name, attribute]) => [name, reduceAttribute(attribute)] as const,
  )
  const blocks = Object.entries(block.block_types ?? {}).map(
    ([name, type]) => [name, reduceBlockType(type)] as const,
  )
  return Object.fromEntries([...attributes, ...blocks])
}

function reduceBlockType(type: RawBlockType): AttributeFlags {
  const presence = (type.min_items ?? 0) > 0 ? { required: true as const } : { optional: true as const }
  return { ...presence, block: true, shape: shapeOfNesting(type.nesting_mode), of: reduceBlock(type.block) }
}

function reduceAttribute(attribute: RawAttribute): AttributeFlags {
  const { nested_type: nested } = attribute
  const shape: Pick<AttributeFlags, 'shape' | 'of'> = nested
    ? {
        shape: shapeOfNesting(nested.nesting_mode ?? 'single'),
        of: Object.fromEntries(
          Object.entries(nested.attributes ?? {}).map(([name, item]) => [name, reduceAttribute(item)]),
        ),
      }
    : shapeOfType(attribute.type)
  return { ...presenceOf(attribute), ...shape }
}

function presenceOf(attribute: RawAttribute): Omit<AttributeFlags, 'shape' | 'of'> {
  return {
    ...(attribute.required ? { required: true } : {}),
    ...(attribute.optional ? { optional: true } : {}),
    ...(attribute.computed ? { computed: true } : {}),
    ...(attribute.sensitive ? { sensitive: true } : {}),
  }
}

function shapeOfNesting(mode: string): AttributeFlags['shape'] {
  if (mode === 'list' || mode === 'set' || mode === 'map') return mode
  return 'object'
}

/** A type as Terraform writes it: `"string"`, `["set","string"]`, `["list",["object",{...}]]`. */
function shapeOfType(type: unknown): Pick<AttributeFlags, 'shape' | 'of'> {
  if (!Array.isArray(type)) return { shape: 'value' }
  const [kind, argument] = type as readonly unknown[]
  if (kind === 'object' && typeof argument === 'object' && argument !== null) {
    const members = Object.entries(argument).map(([name, member]) => [name, shapeOfType(member)] as const)
    return { shape: 'object', of: Object.fromEntries(members) }
  }
  if (kind !== 'list' && kind !== 'set' && kind !== 'map') return { shape: 'value' }
  const element = shapeOfType(argument)
  return element.of && element.shape === 'object' ? { shape: kind, of: element.of } : { shape: kind }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw invalid(cause)
  }
}

function invalid(cause: unknown): DriftError {
  return new DriftError('OUTPUT_INVALID', 'The provider schema of Terraform is not what it should be', {
    cause,
  })
}
