import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTerraformStack, type TestStack } from '../../helpers/terraform-stack.js'

let stack: TestStack
beforeEach(async () => {
  stack = await createTerraformStack({ 'main.tf': 'resource "terraform_data" "one" {}\n' })
})
afterEach(() => stack.close())

describe('what a user gets wrong', () => {
  it('gives NOT_A_DIRECTORY for a path that is a file, or nothing', async () => {
    await expect(stack.detect({ path: 'main.tf' })).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
    await expect(stack.detect({ path: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
  })

  it('gives NO_CONFIGURATION for a folder without code', async () => {
    await mkdir(join(stack.folder, 'empty'))
    await expect(stack.detect({ path: 'empty' })).rejects.toMatchObject({ code: 'NO_CONFIGURATION' })
  })

  it('gives CONFIGURATION_INVALID with file and line for a syntax error', async () => {
    await stack.write({ 'broken.tf': '# fine\nresource "terraform_data" "x" {\n' })
    await expect(stack.detect()).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('broken.tf:2'),
    })
  })

  it('gives CONFIGURATION_INVALID for an argument that does not exist and for a variable without a value', async () => {
    await stack.write({ 'main.tf': 'resource "terraform_data" "one" {\n  inputt = 1\n}\n' })
    await expect(stack.detect()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    await stack.write({ 'main.tf': 'variable "needed" {}\n' })
    await expect(stack.detect()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })

  it('gives CONFIGURATION_INVALID for a variable file that is not there', async () => {
    await expect(stack.detect({ options: { varFiles: ['nope.tfvars'] } })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('nope.tfvars'),
    })
  })

  it('gives ENGINE_TOO_OLD where the code asks for another version', async () => {
    await stack.write({ 'main.tf': 'terraform {\n  required_version = ">= 99"\n}\n' })
    await expect(stack.detect()).rejects.toMatchObject({ code: 'ENGINE_TOO_OLD' })
  })

  it('gives STATE_TOO_NEW for a state of a format that Terraform does not know', async () => {
    await stack.write({
      'terraform.tfstate':
        '{"version":5,"terraform_version":"9.0.0","serial":1,"lineage":"x","resources":[]}',
    })
    await expect(stack.detect()).rejects.toMatchObject({ code: 'STATE_TOO_NEW' })
  })

  it('gives BACKEND_UNREACHABLE where nothing listens', async () => {
    await stack.write({
      'main.tf':
        'terraform {\n  backend "http" {\n    address   = "http://127.0.0.1:9/state"\n    retry_max = 0\n  }\n}\n',
    })
    await expect(stack.detect()).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' })
  })

  it('gives PROVIDER_NOT_INSTALLABLE for a provider that no mirror has', async () => {
    await mkdir(join(stack.folder, '..', 'mirror'))
    const mirror = join(stack.folder, '..', 'mirror')
    await writeFile(
      join(stack.folder, '..', 'rc'),
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
    )
    await stack.write({
      'main.tf':
        'terraform {\n  required_providers {\n    foo = {\n      source = "acme/foo"\n    }\n  }\n}\n',
    })
    const env = { ...stack.env, TF_CLI_CONFIG_FILE: join(stack.folder, '..', 'rc') }
    await expect(stack.detect({ env })).rejects.toMatchObject({ code: 'PROVIDER_NOT_INSTALLABLE' })
  })

  it('works where the CLI configuration file that the environment names does not exist', async () => {
    const env = { ...stack.env, TF_CLI_CONFIG_FILE: join(stack.folder, 'does-not-exist') }
    expect((await stack.detect({ env })).findings).toMatchObject([{ kind: 'pending' }])
  })
})
