import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FormatName } from '../../../src/cli/output/format-names.js'
import { documentJsonSchemas } from '../../../src/documents/document-json-schema.js'
import { runCli } from '../../helpers/run-cli.js'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-output-'))
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan()))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('terradiff --plan-json', () => {
  it('prints a document that the shipped schema accepts, and nothing else', async () => {
    const { stdout, exitCode } = await terradiff('json')
    const ajv = new Ajv2020({ formats: { 'date-time': true } })
    const validate = ajv.compile(documentJsonSchemas()['scans.schema.json'] ?? false)
    validate(JSON.parse(stdout))
    expect(validate.errors ?? []).toEqual([])
    expect(stdout).toContain('"address": "terraform_data.a"')
    expect(exitCode).toBe(2)
  })

  it('prints the format that is asked for', async () => {
    const { stdout, exitCode } = await terradiff('junit')
    expect(stdout).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="driftd" tests="2" failures="1"/,
    )
    expect(exitCode).toBe(2)
  })
})

function terradiff(format: FormatName) {
  const args = ['--plan-json', join(folder, 'plan.json'), '-q', '-o', format]
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  return runCli({ command: 'terradiff', args, cwd: folder, env })
}

/** What `terraform show -json` says of one resource whose input somebody changed. */
function plan(): object {
  const change = (before: string, after: string) => ({
    address: 'terraform_data.a',
    mode: 'managed',
    type: 'terraform_data',
    name: 'a',
    provider_name: 'terraform.io/builtin/terraform',
    change: {
      actions: ['update'],
      before: { id: '1', input: before },
      after: { id: '1', input: after },
      after_unknown: {},
      before_sensitive: false,
      after_sensitive: false,
    },
  })
  const block = { address: 'terraform_data.a', mode: 'managed', type: 'terraform_data', name: 'a' }
  return {
    format_version: '1.2',
    terraform_version: '1.9.0',
    complete: true,
    errored: false,
    planned_values: { root_module: {} },
    resource_drift: [change('a', 'b')],
    resource_changes: [change('b', 'a')],
    configuration: {
      root_module: { resources: [{ ...block, expressions: { input: { constant_value: 'a' } } }] },
    },
  }
}
