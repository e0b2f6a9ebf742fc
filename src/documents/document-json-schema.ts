import { z } from 'zod'
import { DOCUMENT_SCHEMAS } from './document-schema.js'
import { SCHEMA_VERSION } from './schema-version.js'

const TITLES: Readonly<Record<keyof typeof DOCUMENT_SCHEMAS, string>> = {
  scans: 'Scans: what `-o json` of driftd scan, driftd show, terradiff and ansiblediff prints',
  status: 'Stacks: what `driftd status -o json` prints',
  record: 'One record of a scan',
  alert: 'An alert: the body of what is posted to a webhook',
  history: 'What happened to a stack: what `driftd history -o json` prints',
  rules: 'Ignore rules: what `driftd ignore --list -o json` prints',
  remediation: 'Where the remediation of a stack stands: what `driftd remediate -o json` prints',
  gate: 'Every check on a request: what `driftd gate explain -o json` prints',
  doctor: 'Is everything there that a scan needs: what `driftd doctor -o json` prints',
  alerts: 'Messages to channels: what `driftd alerts list -o json` prints',
  preview: 'What channels would be told of a stack: what `driftd alerts preview -o json` prints',
}

/**
 * The JSON Schema (draft 2020-12) of every document by its file name, such as `scans.schema.json`. Members that it
 * does not know are allowed: a version may gain some.
 */
export function documentJsonSchemas(): Readonly<Record<string, object>> {
  const names = Object.keys(DOCUMENT_SCHEMAS) as (keyof typeof DOCUMENT_SCHEMAS)[]
  return Object.fromEntries(names.map((name) => [`${name}.schema.json`, jsonSchema(name)]))
}

function jsonSchema(name: keyof typeof DOCUMENT_SCHEMAS): object {
  const { $schema, ...schema } = z.toJSONSchema(DOCUMENT_SCHEMAS[name], { io: 'input' })
  return {
    $schema,
    $id: `urn:driftd:schema:${name}:${SCHEMA_VERSION}`,
    title: TITLES[name],
    ...schema,
  }
}
