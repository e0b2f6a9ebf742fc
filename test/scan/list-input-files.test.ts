import { describe, expect, it } from 'vitest'
import type { Stack } from '../../src/domain/stack.js'
import { listInputFiles } from '../../src/scan/list-input-files.js'
import type { Tree } from '../../src/scan/provider.js'

const tree = (links: Readonly<Record<string, string>>): Tree => ({
  files: ['a/linked.tf', 'a/main.tf', 'b/main.tf', 'shared/deep/y', 'shared/x.tf'],
  links: new Map(Object.entries(links)),
  readText: async () => null,
})

const inputs = (links: Readonly<Record<string, string>>, own: readonly string[], path = 'a') =>
  listInputFiles({ inputs: async () => own }, { path } as Stack, tree(links))

describe('listInputFiles', () => {
  it('is what the provider says where there are no links', async () => {
    expect(await inputs({}, ['b/main.tf', 'a/main.tf'])).toEqual(['a/main.tf', 'b/main.tf'])
  })

  it('holds the file that a link leads to, where the link is an input', async () => {
    const links = { 'a/linked.tf': 'shared/x.tf' }
    expect(await inputs(links, ['a/linked.tf'])).toEqual(['a/linked.tf', 'shared/x.tf'])
    expect(await inputs(links, ['a/main.tf'])).toEqual(['a/main.tf'])
  })

  it.each([
    ['beside the stack', { 'a/mods': 'shared' }, 'a', true],
    ['beside one of its files', { 'b/mods': 'shared' }, 'a', true],
    ['above it', { mods: 'shared' }, 'a', true],
    ['above it, in a folder', { 'a/mods': 'shared' }, 'a/deep', true],
    ['elsewhere', { 'c/mods': 'shared' }, 'a', false],
  ])('holds what is below a linked folder %s', async (_, links, path, isIn) => {
    const found = await inputs(links, ['b/main.tf'], path)
    expect(found.includes('shared/deep/y')).toBe(isIn)
  })
})
