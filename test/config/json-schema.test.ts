import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema } from '../../src/config/json-schema.js'
import { configSchema } from '../helpers/config.js'

const validate = new Ajv2020({ strict: false, allErrors: true, logger: false }).compile(
  configJsonSchema(configSchema),
)

async function fixture(name: string): Promise<unknown> {
  return parse(await readFile(new URL(`../fixtures/config/${name}`, import.meta.url), 'utf8'))
}

describe('configJsonSchema', () => {
  it.each(['example.yaml', 'every-key.yaml'])('accepts %s as it is written', async (name) => {
    validate(await fixture(name))
    expect(validate.errors).toBeNull()
  })

  it('refuses an unknown key', async () => {
    expect(validate({ ...((await fixture('example.yaml')) as object), retenton: '90d' })).toBe(false)
  })

  it('describes keys for editors', () => {
    expect(JSON.stringify(configJsonSchema(configSchema))).toContain('How often the remote is asked')
  })
})
