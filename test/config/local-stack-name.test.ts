import { describe, expect, it } from 'vitest'
import { localStackName, resolveStacks } from '../../src/config/resolve-stacks.js'
import { fakeProviders, loadValid, treeFrom } from '../helpers/config.js'

describe('localStackName', () => {
  const two = `version: 1
repositories:
  - { name: infra, url: a, stacks: [{ name: infra/explicit, provider: terraform, path: x }] }
  - { name: other, url: b }
`
  it.each([
    ['infra/live/net', 'live/net', 'was found in one of several repositories'],
    ['infra/explicit', 'infra/explicit', 'stands in driftd.yaml under this name'],
    ['infra', 'infra', 'is the root of its repository'],
    ['live/net', 'live/net', 'has no such prefix'],
  ])('of %s is %s, since it %s', async (name, local) => {
    const loaded = await loadValid(two)
    const [repository] = loaded.config.repositories
    if (repository === undefined) throw new Error('no repository')
    expect(localStackName(loaded, repository, name)).toBe(local)
  })

  it('is the name itself where there is one repository', async () => {
    const loaded = await loadValid('version: 1\nrepositories: [{ name: infra, url: a }]\n')
    const [repository] = loaded.config.repositories
    if (repository === undefined) throw new Error('no repository')
    expect(localStackName(loaded, repository, 'infra/live')).toBe('infra/live')
  })

  it('is what resolving gave the stacks that were found', async () => {
    const loaded = await loadValid(two.replace('url: a,', 'url: a, discover: ["**"],'))
    const [repository] = loaded.config.repositories
    if (repository === undefined) throw new Error('no repository')
    const tree = treeFrom({ 'live/net/main.tf': '', 'main.tf': '' })
    const { stacks } = await resolveStacks({ loaded, repository, tree, providers: fakeProviders })
    expect(stacks.length).toBe(3)
    for (const { stack, localName } of stacks) {
      expect(localStackName(loaded, repository, stack.name)).toBe(localName)
    }
  })
})
