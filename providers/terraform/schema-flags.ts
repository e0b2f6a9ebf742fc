import { DriftError } from '../../src/domain/errors.js'

/** How an attribute or nested block stands in a provider's schema. */
export interface AttributeFlags {
  readonly required?: true
  readonly optional?: true
  readonly computed?: true
  readonly sensitive?: true
  readonly shape: 'value' | 'list' | 'set' | 'map' | 'object'
  /** The attributes of a nested block or object. */
  readonly of?: Readonly<Record<string, AttributeFlags>>
}

/** Flags of every resource type, by provider source address; plain JSON, to be cached per provider version. */
export interface SchemaFlags {
  readonly version: 1
  readonly providers: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, AttributeFlags>>>>>
  >
}

/** The flags from `terraform providers schema -json`, read as a stream. Throws OUTPUT_INVALID or OUTPUT_TRUNCATED. */
export async function readSchemaFlags(open: () => AsyncIterable<Buffer>): Promise<SchemaFlags> {
  throw new DriftError('INTERNAL', `not yet readable: ${typeof open}`)
}

/** The flags from a parsed `terraform providers schema -json` document. Throws OUTPUT_INVALID. */
export function reduceSchema(document: unknown): SchemaFlags {
  throw new DriftError('INTERNAL', `not yet readable: ${typeof document}`)
}

/** Flags that were cached as JSON, or null where the text is no such thing (an older version, a torn file). */
export function parseSchemaFlags(text: string): SchemaFlags | null {
  return text === '' ? null : null
}
