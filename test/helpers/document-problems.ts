import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { documentJsonSchemas } from '../../src/documents/document-json-schema.js'

/** What is wrong with a document by the schema that is shipped, where nothing but what it names is allowed. */
export function problemsOf(name: string, document: unknown): readonly unknown[] {
  const validate = validatorOf(name)
  validate(document)
  return validate.errors ?? []
}

const validators = new Map<string, ValidateFunction>()

/** The shipped schema lets unknown members pass, since versions gain some; ours must all be named. */
function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name)
  if (known) return known
  const ajv = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } })
  const validate = ajv.compile(closed(documentJsonSchemas()[`${name}.schema.json`] ?? false) as object)
  validators.set(name, validate)
  return validate
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)])
  return { ...Object.fromEntries(entries), ...('properties' in schema && { additionalProperties: false }) }
}
