type JsonSchema = Readonly<Record<string, unknown>>

/** The keys that a JSON Schema knows at a path of the data: where it has alternatives, those of the one the data names. */
export function knownKeys(
  jsonSchema: unknown,
  path: readonly PropertyKey[],
  data: unknown,
): readonly string[] {
  let schemas = alternatives(jsonSchema, data)
  let value = data
  for (const key of path) {
    value = isObject(value) ? value[String(key)] : undefined
    schemas = schemas.flatMap((schema) => alternatives(childSchema(schema, key), value))
  }
  return [...new Set(schemas.flatMap((schema) => Object.keys(asObject(schema.properties))))]
}

/** A schema itself, or those of its alternatives whose constants fit the data (all where none does). */
function alternatives(schema: unknown, data: unknown): readonly JsonSchema[] {
  if (!isObject(schema)) return []
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  )
  if (branches.length === 0) return [schema]
  const fitting = branches.filter((branch) => fitsConstants(branch, data))
  return (fitting.length > 0 ? fitting : branches).flatMap((branch) => alternatives(branch, data))
}

function fitsConstants(schema: unknown, data: unknown): boolean {
  const properties = Object.entries(asObject(asObject(schema).properties))
  return properties.every(([key, property]) => {
    const constant = asObject(property).const
    return constant === undefined || asObject(data)[key] === constant
  })
}

function childSchema(schema: JsonSchema, key: PropertyKey): unknown {
  if (typeof key === 'number') return schema.items
  return asObject(schema.properties)[String(key)] ?? schema.additionalProperties
}

function asObject(value: unknown): JsonSchema {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}
