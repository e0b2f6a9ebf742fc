import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { FileFacts } from '../../../../providers/terraform/code/file-facts.js'
import { isKeepable, keepFacts, readKeptFacts } from '../../../../providers/terraform/code/kept-facts.js'
import { tempFolder } from '../../../lib/temp-folder.js'

const CODE = `terraform {
  backend "s3" {
    bucket = "states"
    key    = "network"
  }
}
module "vpc" {
  source = "../vpc"
}
resource "aws_vpc" "main" {}
variable "token" {
  sensitive = true
}
`

describe('readFileFacts with a cache folder', () => {
  it('keeps the facts for the next driftd, in a private file', async () => {
    const cacheFolder = tempFolder()
    const facts = await readAsNewProgram('main.tf', CODE, cacheFolder)
    const [name = ''] = keptIn(cacheFolder)
    const path = join(cacheFolder, 'facts', name)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(facts)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    // seen to be read: facts that are not in the code
    writeFileSync(path, JSON.stringify({ ...facts, resourceTypes: ['aws_subnet'] }))
    expect(await readAsNewProgram('main.tf', CODE, cacheFolder)).toEqual({
      ...facts,
      resourceTypes: ['aws_subnet'],
    })
  })

  it.each(['', 'no JSON', '{}', '{"backend": 1}'])(
    'reads the code where what was kept is %j',
    async (kept) => {
      const cacheFolder = tempFolder()
      const facts = await readAsNewProgram('main.tf', CODE, cacheFolder)
      const [name = ''] = keptIn(cacheFolder)
      writeFileSync(join(cacheFolder, 'facts', name), kept)
      expect(await readAsNewProgram('main.tf', CODE, cacheFolder)).toEqual(facts)
    },
  )

  it('tells other code from this, and JSON from HCL', async () => {
    const cacheFolder = tempFolder()
    await readAsNewProgram('main.tf', CODE, cacheFolder)
    expect((await readAsNewProgram('main.tf', `${CODE}\n`, cacheFolder))?.resourceTypes).toEqual(['aws_vpc'])
    await readAsNewProgram('main.tf.json', '{}', cacheFolder)
    await readAsNewProgram('main.tf', '{}', cacheFolder)
    expect(keptIn(cacheFolder)).toHaveLength(3)
  })

  it.each([
    ['the default of a sensitive variable', 'variable "a" {\n  sensitive = true\n  default = "canary"\n}'],
    ['a password of a backend', 'terraform {\n  backend "http" {\n    password = "canary"\n  }\n}'],
    ['a connection of a backend', 'terraform {\n  backend "pg" {\n    conn_str = "canary"\n  }\n}'],
    ['settings in a block', 'terraform {\n  backend "s3" {\n    key = { a = "canary" }\n  }\n}'],
    ['a token in a URL', 'module "a" {\n  source = "git::https://canary@example.com/a.git"\n}'],
    ['a password in a URL', 'module "a" {\n  source = "git::https://x:canary@example.com/a.git"\n}'],
    ['a key behind a URL', 'module "a" {\n  source = "git::ssh://git@example.com/a?sshkey=canary"\n}'],
    ['a key behind a reference', 'module "a" {\n  source = "git::ssh://git@h/a?ref=1&sshkey=canary"\n}'],
  ])('does not keep %s', async (_, text) => {
    const cacheFolder = tempFolder()
    expect(JSON.stringify(await readAsNewProgram('main.tf', text, cacheFolder))).toContain('canary')
    expect(keptIn(cacheFolder)).toEqual([])
  })
})

describe('isKeepable', () => {
  it.each([
    '../vpc',
    'terraform-aws-modules/vpc/aws',
    'git@example.com:a/b.git',
    'git::ssh://git@h/a?ref=v1',
  ])('lets the source %s pass', (source) => {
    expect(isKeepable({ ...NOTHING, moduleCalls: [{ name: 'a', source, version: null }] })).toBe(true)
  })
})

describe('keepFacts', () => {
  it('does not mind a folder that cannot be written', async () => {
    const place = { cacheFolder: '/dev/null', key: 'a' }
    await keepFacts(place, NOTHING)
    expect(await readKeptFacts(place)).toBeNull()
  })
})

const NOTHING: FileFacts = {
  backend: null,
  requiredProviders: {},
  hasProviderBlock: false,
  resourceTypes: [],
  moduleCalls: [],
  sensitiveVariables: [],
}

/** Reads as a program does that has just been started and remembers nothing. */
async function readAsNewProgram(name: string, text: string, cacheFolder: string): Promise<FileFacts | null> {
  vi.resetModules()
  const { readFileFacts } = await import('../../../../providers/terraform/code/hcl-facts.js')
  return readFileFacts(name, text, cacheFolder)
}

function keptIn(cacheFolder: string): readonly string[] {
  try {
    return readdirSync(join(cacheFolder, 'facts'))
  } catch {
    return []
  }
}
