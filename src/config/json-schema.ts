import { z } from 'zod'
import type { ConfigSchema } from './schema.js'

/** JSON Schema (draft 2020-12) of driftd.yaml as people write it, for editors. */
export function configJsonSchema(schema: ConfigSchema): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}
