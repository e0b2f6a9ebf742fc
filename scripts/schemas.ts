import { mkdir, writeFile } from 'node:fs/promises'
import { documentJsonSchemas } from '../src/documents/document-json-schema.js'

/** Writes the JSON Schema of every document to `schemas/`, where the package ships them. */
const folder = new URL('../schemas/', import.meta.url)
await mkdir(folder, { recursive: true })
for (const [file, schema] of Object.entries(documentJsonSchemas())) {
  await writeFile(new URL(file, folder), `${JSON.stringify(schema, null, 2)}\n`)
}
