import { describe, expect, it } from 'vitest'
import { discoverRootModules } from '../../../../providers/terraform/code/discover.js'
import { buildTree } from '../../../helpers/build-tree.js'

async function discovered(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await discoverRootModules(buildTree(files))).map((stack) => stack.path)
}

describe('discoverRootModules', () => {
  it('finds folders with a backend, a provider configuration or a lock file', async () => {
    expect(
      await discovered({
        'live/a/main.tf': 'terraform {\n  backend "s3" {}\n}\n',
        'live/b/main.tf': 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n',
        'live/c/providers.tf': 'provider "aws" {}\n',
        'live/d/main.tf': 'resource "terraform_data" "x" {}\n',
        'live/d/.terraform.lock.hcl': '',
        'live/e/main.tf.json': '{"terraform":{"backend":{"gcs":{}}}}',
        'modules/m/main.tf': 'resource "terraform_data" "x" {}\n',
      }),
    ).toEqual(['live/a', 'live/b', 'live/c', 'live/d', 'live/e'])
  })

  it('leaves out a module that others call, though it configures a provider', async () => {
    expect(
      await discovered({
        'main.tf': 'provider "aws" {}\nmodule "old" {\n  source = "./modules/old"\n}\n',
        'modules/old/main.tf': 'provider "aws" {\n  region = "x"\n}\n',
      }),
    ).toEqual(['.'])
  })

  it('leaves out installed modules and files that no engine reads', async () => {
    expect(
      await discovered({
        'a/.terraform/modules/x/main.tf': 'provider "aws" {}\n',
        'b/main.tf~': 'provider "aws" {}\n',
        'c/.hidden.tf': 'provider "aws" {}\n',
      }),
    ).toEqual([])
  })

  it('finds a folder that does not parse, so that its scan can say so, but no broken module of others', async () => {
    const files = {
      'live/a/main.tf': 'terraform { backend "s3" {} }',
      'live/b/main.tf': 'provider "aws" {}\nmodule "m" {\n  source = "../../modules/m"\n}\n',
      'modules/m/main.tf': 'resource "x',
    }
    expect(await discovered(files)).toEqual(['live/a', 'live/b'])
  })

  it('goes on where a file does not parse', async () => {
    expect(await discovered({ 'a/broken.tf': 'resource "x', 'a/ok.tf': 'provider "aws" {}\n' })).toEqual([
      'a',
    ])
  })

  it.each([
    ['no backend', 'provider "aws" {}\n', true],
    ['a local one', 'terraform {\n  backend "local" {}\n}\n', true],
    [
      'a local one with an absolute path',
      'terraform {\n  backend "local" {\n    path = "/srv/x.tfstate"\n  }\n}\n',
      false,
    ],
    ['a remote one', 'terraform {\n  backend "s3" {}\n}\n', false],
    ['a file that does not parse', 'terraform { backend "s3" {} }', false],
  ])('notes that the state is in no commit for %s: %j', async (_, text, isNoted) => {
    const [stack] = await discoverRootModules(buildTree({ 'main.tf': text }))
    expect(stack?.hints?.some((hint) => hint.includes('no remote backend was found'))).toBe(isNoted)
  })
})
