import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseReference } from '../../../../providers/terraform/code/hcl-blocks.js'
import { indexSources } from '../../../../providers/terraform/code/sources.js'
import type { ResourceAddress } from '../../../../providers/terraform/plan-json/plan-json.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-sources-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function index(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return indexSources({ folder: join(folder, 'stack'), path: 'live/x', workingFolder: join(folder, 'data') })
}

function address(type: string, name: string, moduleAddress: string | null = null): ResourceAddress {
  return { address: `${type}.${name}`, moduleAddress, mode: 'managed', type, name, index: null }
}

function manifest(modules: readonly (readonly [string, string, string])[]): string {
  return JSON.stringify({ Modules: modules.map(([Key, Source, Dir]) => ({ Key, Source, Dir })) })
}

describe('indexSources', () => {
  it('names file and line of a block, relative to the checkout', async () => {
    const { sourceOf } = await index({
      'stack/main.tf': '\n# x\nresource "aws_vpc" "a" {\n}\n  resource aws_vpc b {}\n',
    })
    expect(sourceOf(address('aws_vpc', 'a'))).toEqual({ file: 'live/x/main.tf', line: 3 })
    expect(sourceOf(address('aws_vpc', 'b'))).toEqual({ file: 'live/x/main.tf', line: 5 })
    expect(sourceOf(address('aws_vpc', 'c'))).toBeNull()
  })

  it('finds blocks of a file that is broken further down', async () => {
    const { sourceOf } = await index({
      'stack/main.tf': 'resource "aws_vpc" "a" {}\nresource "aws_vpc" {{{\n',
    })
    expect(sourceOf(address('aws_vpc', 'a'))).toMatchObject({ line: 1 })
  })

  it('names lines of JSON configuration', async () => {
    const { sourceOf, ignoreChangesOf } = await index({
      'stack/main.tf.json':
        '{\n "resource": {\n  "aws_vpc": {\n   "a": { "lifecycle": { "ignore_changes": ["tags"] } }\n  }\n }\n}\n',
    })
    expect(sourceOf(address('aws_vpc', 'a'))).toEqual({ file: 'live/x/main.tf.json', line: 4 })
    expect(ignoreChangesOf(address('aws_vpc', 'a'))).toEqual([['tags']])
  })

  it('names the nested blocks that dynamic blocks make', async () => {
    const { dynamicBlocksOf } = await index({
      'stack/main.tf':
        'resource "a_b" "hcl" {\n  dynamic "ingress" {\n    for_each = []\n    content {}\n  }\n  dynamic "egress" {\n    for_each = []\n    content {}\n  }\n}\n',
      'stack/more.tf.json':
        '{ "resource": { "a_b": { "json": { "dynamic": { "rule": { "for_each": [], "content": {} } } } } } }',
    })
    expect(dynamicBlocksOf(address('a_b', 'hcl'))).toEqual(['ingress', 'egress'])
    expect(dynamicBlocksOf(address('a_b', 'json'))).toEqual(['rule'])
    expect(dynamicBlocksOf(address('a_b', 'none'))).toEqual([])
  })

  it('follows local modules, and names the call where a module was fetched', async () => {
    const { sourceOf } = await index({
      'stack/main.tf': 'module "m" {\n  source = "../mod"\n}\nmodule "far" {\n  source = "acme/x/aws"\n}\n',
      'mod/main.tf': '\n\nresource "aws_vpc" "n" {}\n',
      'data/modules/far/main.tf': 'resource "aws_vpc" "f" {}\n',
      'data/modules/modules.json': manifest([
        ['far', 'registry.terraform.io/acme/x/aws', '../data/modules/far'],
        ['m', '../mod', '../mod'],
        ['', '', '.'],
      ]),
    })
    expect(sourceOf(address('aws_vpc', 'n', 'module.m["a.b]\\""]'))).toEqual({
      file: 'live/mod/main.tf',
      line: 3,
    })
    expect(sourceOf(address('aws_vpc', 'f', 'module.far[0]'))).toEqual({ file: 'live/x/main.tf', line: 4 })
    expect(sourceOf(address('aws_vpc', 'f', 'module.unknown'))).toBeNull()
  })

  it('reads ignore_changes of a resource', async () => {
    const { ignoreChangesOf } = await index({
      'stack/main.tf':
        'resource "a_b" "list" {\n  lifecycle {\n    ignore_changes = [tags["Owner"], rule[0].port, "size"]\n  }\n}\nresource "a_b" "all" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\nresource "a_b" "none" {}\n',
    })
    expect(ignoreChangesOf(address('a_b', 'list'))).toEqual([
      ['tags', 'Owner'],
      ['rule', 0, 'port'],
      ['size'],
    ])
    expect(ignoreChangesOf(address('a_b', 'all'))).toBe('all')
    expect(ignoreChangesOf(address('a_b', 'none'))).toEqual([])
  })
})

describe('parseReference', () => {
  it.each([
    ['tags', ['tags']],
    ['a.b-c', ['a', 'b-c']],
    ['tags["x.y]"]', ['tags', 'x.y]']],
    ['rule[12].port', ['rule', 12, 'port']],
  ])('reads %s', (text, path) => {
    expect(parseReference(text)).toEqual(path)
  })

  it.each(['', 'a + b', 'foo(1)', 'a[b]'])('takes %j for no reference', (text) => {
    expect(parseReference(text)).toBeNull()
  })
})
