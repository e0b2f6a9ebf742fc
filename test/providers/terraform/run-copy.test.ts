import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskReader } from '../../../providers/terraform/code/folder-reader.js'
import { readModules } from '../../../providers/terraform/code/module-tree.js'
import { makePrivateCopy } from '../../../providers/terraform/engine/private-copy.js'
import { writeTerraformConfig } from '../../../scripts/lab/terraform-config.js'
import { createTerraformStack, fingerprintFolder, type TestStack } from '../../helpers/terraform-stack.js'

const AWS =
  'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
const ONE = 'resource "terraform_data" "one" {\n  input = "first"\n}\n'

let stack: TestStack
afterEach(() => stack.close())

describe('a stack without a lock file', () => {
  beforeEach(async () => {
    stack = await createTerraformStack({ 'main.tf': ONE })
    await stack.terraform('init', '-input=false')
    await stack.terraform('apply', '-auto-approve', '-input=false')
    await stack.write({ 'versions.tf': AWS })
  })

  async function env(): Promise<Readonly<Record<string, string>>> {
    return { ...stack.env, TF_CLI_CONFIG_FILE: await writeTerraformConfig(join(stack.folder, '..')) }
  }

  it('is scanned in a private copy with its local state, and says so', async () => {
    const given = await env()
    const before = await fingerprintFolder(stack.folder)
    const detection = await stack.detect({ env: given })
    expect(detection.findings).toEqual([])
    expect(detection.coverage.applicable).toBe(1)
    expect(detection.warnings.map((warning) => warning.code)).toEqual(['LOCKFILE_MISSING'])
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('keeps the lock file it wrote and needs no second init; the copy with the state is gone', async () => {
    const given = await env()
    await stack.detect({ env: given })
    const stamp = await readFile(join(stack.dataFolder, 'init.json'), 'utf8')
    expect(await readFile(join(stack.dataFolder, 'terraform.lock.hcl'), 'utf8')).toContain('hashicorp/aws')
    await stack.detect({ env: given })
    expect(await readFile(join(stack.dataFolder, 'init.json'), 'utf8')).toBe(stamp)
    expect(await readdir(stack.dataFolder)).not.toContain('copy')
  })

  it('selects provider versions anew where the kept lock file no longer fits', async () => {
    const given = await env()
    await stack.detect({ env: given })
    const kept = join(stack.dataFolder, 'terraform.lock.hcl')
    const text = await readFile(kept, 'utf8')
    await stack.write({
      '../data/terraform.lock.hcl': text.replace(/version( +)= "[^"]*"/, 'version$1= "1.0.0"'),
    })
    expect((await stack.detect({ env: given })).findings).toEqual([])
    expect(await readFile(kept, 'utf8')).not.toContain('"1.0.0"')
  })

  it('refuses a lock file of the user that does not fit, and leaves it as it is', async () => {
    const given = await env()
    await stack.write({ '.terraform.lock.hcl': '' })
    await expect(stack.detect({ env: given })).rejects.toMatchObject({ code: 'LOCKFILE_MISMATCH' })
    expect(await readFile(join(stack.folder, '.terraform.lock.hcl'), 'utf8')).toBe('')
  })
})

describe('makePrivateCopy', () => {
  async function copy(path: string): Promise<string> {
    const folder = join(stack.folder, path)
    const modules = await readModules(diskReader, folder)
    return makePrivateCopy({
      folder,
      modules,
      target: join(stack.folder, 'live/a/.driftd/copy'),
      signal: new AbortController().signal,
    })
  }

  it('keeps every relative path of the code, and does not copy itself', async () => {
    stack = await createTerraformStack({
      'live/a/main.tf':
        'module "m" {\n  source = "../../modules/m"\n}\nlocals {\n  x = file("../../files/x.txt")\n}\n',
      'live/a/terraform.tfstate': '{}',
      'live/a/.terraform/environment': 'prod',
      'modules/m/main.tf': 'locals {\n  y = 1\n}\n',
      'modules/m/src/deep/handler.py': 'pass',
      'modules/unused/main.tf': '',
      'files/x.txt': 'x',
    })
    const folder = await copy('live/a')
    expect((await readdir(folder)).sort()).toEqual(['main.tf', 'terraform.tfstate'])
    expect(await readFile(join(folder, '../../modules/m/src/deep/handler.py'), 'utf8')).toBe('pass')
    expect(await readFile(join(folder, '../../files/x.txt'), 'utf8')).toBe('x')
    expect(await readFile(join(folder, '../../modules/unused/main.tf'), 'utf8')).toBe('')
  })
})
