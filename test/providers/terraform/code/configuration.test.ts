import { describe, expect, it } from 'vitest'
import {
  type Configuration,
  describeConfiguration,
} from '../../../../providers/terraform/code/configuration.js'
import { readModules } from '../../../../providers/terraform/code/module-tree.js'
import { createTreeReader } from '../../../../providers/terraform/code/tree-reader.js'
import { buildTree } from '../../../helpers/build-tree.js'

async function configuration(files: Readonly<Record<string, string>> | string): Promise<Configuration> {
  const given = typeof files === 'string' ? { 'main.tf': files } : files
  return describeConfiguration(await readModules(createTreeReader(buildTree(given)), '.'))
}

function call(source: string, version?: string): string {
  return `module "m" {\n  source = "${source}"\n${version ? `  version = "${version}"\n` : ''}}\n`
}

describe('describeConfiguration', () => {
  it.each([
    ['built-in resources', 'resource "terraform_data" "x" {}\n', false],
    ['the state of another stack', 'data "terraform_remote_state" "x" {}\n', false],
    ['a resource of a plug-in', 'resource "aws_vpc" "x" {}\n', true],
    ['a data source of a plug-in', 'data "aws_vpc" "x" {}\n', true],
    [
      'a required provider',
      'terraform {\n  required_providers {\n    x = {\n      source = "acme/x"\n    }\n  }\n}\n',
      true,
    ],
    ['a fetched module', call('acme/x/aws', '1.0.0'), true],
    ['code that does not parse', 'resource "', true],
  ])('says whether %s need plug-ins', async (_, code, needsPlugins) => {
    expect((await configuration(code)).needsPlugins).toBe(needsPlugins)
  })

  it('looks into local modules', async () => {
    const files = { 'main.tf': call('./m'), 'm/main.tf': 'resource "aws_vpc" "x" {}\n' }
    expect((await configuration(files)).needsPlugins).toBe(true)
  })

  it.each([
    ['./local', undefined, false],
    ['acme/x/aws', '1.2.3', false],
    ['acme/x/aws', '= 1.2.3', false],
    ['acme/x/aws', '~> 1.2', true],
    ['acme/x/aws', undefined, true],
    ['registry.acme.io/acme/x/aws', '1.2.3', false],
    ['git::https://example.com/x.git?ref=main', undefined, true],
    ['git::https://example.com/x.git?ref=v1.0.0', undefined, true],
    [`git::https://example.com/x.git?ref=${'a'.repeat(40)}`, undefined, false],
    ['github.com/acme/x', undefined, true],
    ['https://example.com/x.zip?checksum=sha256:00', undefined, false],
    ['https://example.com/x.zip', undefined, true],
  ])('says whether %s at %s may move', async (source, version, isMoving) => {
    expect((await configuration(call(source, version))).hasMovingModules).toBe(isMoving)
  })

  it('takes the backend of the root module only, an override file last', async () => {
    const files = {
      'main.tf': `terraform {\n  backend "s3" {\n    bucket = "a"\n  }\n}\n${call('./m')}`,
      'a_override.tf': 'terraform {\n  backend "gcs" {}\n}\n',
      'm/main.tf': 'terraform {\n  backend "azurerm" {}\n}\n',
    }
    expect((await configuration(files)).backend).toEqual({ type: 'gcs', config: {} })
  })

  it('has the same inputs of init for code that only differs in what is declared', async () => {
    const before = await configuration('resource "terraform_data" "x" {}\n')
    const after = await configuration('# more\nresource "terraform_data" "y" {\n  input = 1\n}\n')
    expect(after.initInputs).toBe(before.initInputs)
    expect((await configuration(call('./m'))).initInputs).not.toBe(before.initInputs)
  })
})
