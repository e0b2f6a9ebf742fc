import { describe, expect, it } from 'vitest'
import {
  parseSchemaFlags,
  readSchemaFlags,
  reduceSchema,
} from '../../../../providers/terraform/plan-json/schema-flags.js'
import { chunksOf } from '../../../helpers/build-plan.js'

const DOCUMENT = {
  format_version: '1.0',
  provider_schemas: {
    'registry.terraform.io/hashicorp/aws': {
      provider: { version: 0, block: { attributes: { region: { type: 'string', optional: true } } } },
      resource_schemas: {
        aws_thing: {
          version: 1,
          block: {
            attributes: {
              id: { type: 'string', computed: true, description: 'long' },
              secret: { type: 'string', required: true, sensitive: true },
              rules: {
                type: ['set', ['object', { ports: ['list', 'number'], name: 'string' }]],
                optional: true,
                computed: true,
              },
              tags: { type: ['map', 'string'], optional: true },
              nested: {
                nested_type: { nesting_mode: 'single', attributes: { a: { type: 'bool', optional: true } } },
                optional: true,
              },
            },
            block_types: {
              disk: {
                nesting_mode: 'list',
                min_items: 1,
                block: { attributes: { size: { type: 'number', optional: true } } },
              },
              timeouts: { nesting_mode: 'single', block: {} },
            },
          },
        },
      },
      data_source_schemas: { aws_thing: { version: 0, block: {} } },
    },
  },
}

const FLAGS = {
  version: 2,
  providers: {
    'registry.terraform.io/hashicorp/aws': {
      aws_thing: {
        id: { computed: true, shape: 'value' },
        secret: { required: true, sensitive: true, shape: 'value' },
        rules: {
          optional: true,
          computed: true,
          shape: 'set',
          of: { ports: { shape: 'list' }, name: { shape: 'value' } },
        },
        tags: { optional: true, shape: 'map' },
        nested: { optional: true, shape: 'object', of: { a: { optional: true, shape: 'value' } } },
        disk: {
          required: true,
          block: true,
          shape: 'list',
          of: { size: { optional: true, shape: 'value' } },
        },
        timeouts: { optional: true, block: true, shape: 'object', of: {} },
      },
    },
  },
}

describe('schema flags', () => {
  it('keeps of a schema what classification asks for', () => {
    expect(reduceSchema(DOCUMENT)).toEqual(FLAGS)
  })

  it('gives the same when read as a stream', async () => {
    expect(await readSchemaFlags(() => chunksOf(JSON.stringify(DOCUMENT), 100))).toEqual(FLAGS)
  })

  it('survives being cached, and takes nothing else for a cache', () => {
    expect(parseSchemaFlags(JSON.stringify(reduceSchema(DOCUMENT)))).toEqual(FLAGS)
    for (const text of ['', '{', '{}', '[]', '{"version":1,"providers":{}}'])
      expect(parseSchemaFlags(text)).toBeNull()
  })

  it('refuses what is no schema', async () => {
    expect(() => reduceSchema([])).toThrowError(expect.objectContaining({ code: 'OUTPUT_INVALID' }))
    await expect(readSchemaFlags(() => chunksOf('{"provider_schemas":{'))).rejects.toMatchObject({
      code: 'OUTPUT_TRUNCATED',
    })
  })
})
