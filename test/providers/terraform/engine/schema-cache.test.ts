import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineSession } from '../../../../providers/terraform/engine/engine-session.js'
import { loadSchema } from '../../../../providers/terraform/engine/schema-cache.js'
import { readStateIdentity } from '../../../../providers/terraform/engine/state.js'
import { FAKE_TERRAFORM } from '../../../helpers/terraform-stack.js'

const SOURCE = 'registry.terraform.io/acme/x'
const SCHEMA = JSON.stringify({
  format_version: '1.0',
  provider_schemas: {
    [SOURCE]: {
      resource_schemas: { x_thing: { block: { attributes: { id: { type: 'string', computed: true } } } } },
    },
  },
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-schema-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function session(scenario: object): Promise<EngineSession> {
  const file = join(folder, 'scenario.json')
  await writeFile(file, JSON.stringify(scenario))
  return {
    engine: { name: 'terraform', path: FAKE_TERRAFORM, version: '1.11.4' },
    folder,
    shownFolder: folder,
    env: { PATH: process.env.PATH ?? '', FAKE_TERRAFORM: file },
    signal: new AbortController().signal,
    onEngine: () => undefined,
    scrub: (text) => text,
  }
}

async function load(scenario: object, version: string) {
  const providers = [{ source: SOURCE, version }]
  return loadSchema({
    session: await session(scenario),
    providers,
    cacheFolder: folder,
    scratchFolder: folder,
  })
}

async function calls(): Promise<number> {
  return (await readFile(join(folder, 'scenario.json.calls'), 'utf8')).trim().split('\n').length
}

describe('loadSchema', () => {
  it('asks the engine once for each version of a provider', async () => {
    const first = await load({ providers: { stdout: SCHEMA } }, '1.0.0')
    expect(Object.keys(first?.providers[SOURCE] ?? {})).toEqual(['x_thing'])
    expect(await load({ providers: { stdout: SCHEMA } }, '1.0.0')).toEqual(first)
    expect(await calls()).toBe(1)
    await load({ providers: { stdout: SCHEMA } }, '2.0.0')
    expect(await calls()).toBe(2)
  })

  it.each([
    ['fails', { exitCode: 1, stderr: 'Error: Failed to load plugin schemas' }],
    ['is no JSON', { stdout: 'oops' }],
    ['is cut off', { stdout: SCHEMA.slice(0, 60) }],
  ])('gives null, and keeps nothing, where the answer %s', async (_, providers) => {
    expect(await load({ providers }, '1.0.0')).toBeNull()
    expect(await load({ providers: { stdout: SCHEMA } }, '1.0.0')).not.toBeNull()
  })
})

describe('readStateIdentity', () => {
  const localFile = null

  it('asks a backend that is not local', async () => {
    const stdout = '{"version":4,"serial":7,"lineage":"abc","resources":[]}'
    expect(await readStateIdentity({ session: await session({ state: { stdout } }), localFile })).toEqual({
      serial: 7,
      lineage: 'abc',
    })
  })

  it('knows that there is none', async () => {
    expect(
      await readStateIdentity({ session: await session({ state: { stdout: '' } }), localFile }),
    ).toBeNull()
  })

  it('gives BACKEND_UNREACHABLE where the backend does not answer', async () => {
    const state = { exitCode: 1, stderr: 'Failed to load state: dial tcp: i/o timeout' }
    await expect(readStateIdentity({ session: await session({ state }), localFile })).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
    })
  })
})
