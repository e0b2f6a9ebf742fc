import { describe, expect, it } from 'vitest'
import { resolveStacks } from '../../src/config/resolve-stacks.js'
import { readStackOwners } from '../../src/config/stack-owners.js'
import { fakeProviders, loadValid, repositoryWith, treeFrom } from '../helpers/config.js'

async function ownersIn(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const text = `discover: ["**"]
stacks:
  - { name: own, provider: terraform, path: live/own, labels: { owner: me } }
`
  const loaded = await loadValid(repositoryWith(text))
  const tree = treeFrom(files)
  const [repository] = loaded.config.repositories
  if (repository === undefined) throw new Error('no repository')
  const { stacks } = await resolveStacks({ loaded, repository, tree, providers: fakeProviders })
  return Object.fromEntries(await readStackOwners(stacks, tree, fakeProviders))
}

const FILES = {
  'live/own/main.tf': '',
  'live/prod/main.tf': '',
  'live/dev/main.tf': '',
  'live/prod/deep/main.tf': '',
  'web.yml': '',
}

describe('readStackOwners', () => {
  it('finds owners by the files of stacks, and leaves labels that are set', async () => {
    const text =
      '*.yml @acme/hosts\nlive/ @acme/platform ops@acme.io\nlive/dev/\nlive/prod/deep/ @acme/deep\n'
    expect(await ownersIn({ ...FILES, '.github/CODEOWNERS': text, CODEOWNERS: '* @nobody' })).toEqual({
      'live/prod': '@acme/platform ops@acme.io',
      'live/prod/deep': '@acme/deep',
      'web.yml': '@acme/hosts',
    })
  })

  it('finds none where there is no such file', async () => {
    expect(await ownersIn(FILES)).toEqual({})
  })
})
