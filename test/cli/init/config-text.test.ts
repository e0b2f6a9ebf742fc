import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { providers } from '../../../src/app.js'
import { configText } from '../../../src/cli/init/config-text.js'
import { draftStacks, repositoryNameOf } from '../../../src/cli/init/stack-drafts.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { createConfigSchema } from '../../../src/config/schema.js'
import { stackNameProblem } from '../../../src/domain/stack.js'
import { tempFolder } from '../../lib/temp-folder.js'

const HOSTILE = [
  'Live/Prod Büro',
  'a: b # c',
  '- x',
  '"quoted"',
  "it's {odd} [list]",
  'yes',
  '1.5',
  '../up',
  'x.lock',
  `${'long'.repeat(80)}/x`,
  '*anchor',
  '.',
]

function found(paths: readonly string[]) {
  return paths.map((path) => ({ provider: 'terraform', path, options: {}, entry: path }))
}

/** The stacks that a configuration with this text has. */
async function stacksOf(text: string) {
  const file = join(tempFolder(), 'driftd.yaml')
  writeFileSync(file, text)
  const loaded = await loadConfig(file, {
    schema: createConfigSchema({ providers, channels: [], forges: [] }),
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
  return loaded.config.repositories[0]?.stacks ?? []
}

describe('configText', () => {
  it('is valid whatever folders are called, and says where they are', async () => {
    const inside = HOSTILE.filter((path) => !path.startsWith('..'))
    const drafts = draftStacks(found([...inside, 'a\nname: evil']), { repository: 'infra' })
    const stacks = await stacksOf(configText({ name: 'infra', isGit: true, origin: null }, drafts))
    expect(stacks.map(({ path }) => path).toSorted()).toEqual(inside.toSorted())
  })

  it('lists no stacks where there are too many to read', async () => {
    const paths = Array.from({ length: 501 }, (_, index) => `live/${index}`)
    const drafts = draftStacks(found(paths), { repository: 'infra' })
    const text = configText({ name: 'infra', isGit: true, origin: null }, drafts)
    expect(await stacksOf(text)).toEqual([])
    expect(text).toContain('discover: ["**"]')
  })

  it('keeps a hint inside its comment', async () => {
    const [draft] = draftStacks(found(['a']), { repository: 'infra' })
    if (draft === undefined) throw new Error('no draft')
    const hints = ['varFiles: ["x\\ny"]']
    const text = configText({ name: 'infra', isGit: true, origin: 'git@host:x y' }, [{ ...draft, hints }])
    expect(await stacksOf(text)).toHaveLength(1)
  })
})

describe('draftStacks', () => {
  it('gives valid names, each once', () => {
    const names = draftStacks(found([...HOSTILE, 'live/prod-b-ro']), { repository: 'infra' }).map(
      ({ name }) => name,
    )
    expect(names.filter((name) => stackNameProblem(name) !== null)).toEqual([])
    expect(new Set(names).size).toBe(HOSTILE.length + 1)
  })

  it('names a file without its ending, and two stacks of one file by what differs', () => {
    const stack = (inventory: string) => ({
      provider: 'ansible',
      path: '.',
      entry: 'playbooks/web.yml',
      options: { playbook: 'playbooks/web.yml', inventory: [inventory] },
    })
    const names = (...stacks: readonly ReturnType<typeof stack>[]) =>
      draftStacks(stacks, { repository: 'infra' }).map(({ name }) => name)
    expect(names(stack('inventories/prod'))).toEqual(['playbooks/web'])
    expect(names(stack('inventories/prod.ini'), stack('inventories/stage.ini'))).toEqual([
      'playbooks/web/prod',
      'playbooks/web/stage',
    ])
  })

  it('calls the root by the repository', () => {
    expect(draftStacks(found(['.']), { repository: 'infra' }).map(({ name }) => name)).toEqual(['infra'])
  })
})

describe('repositoryNameOf', () => {
  it.each([
    ['Infra.git', 'infra'],
    ['acme infra', 'acme-infra'],
    ['.hidden', 'hidden'],
    ['ÄÖÜ', 'repository'],
    ['a.lock', 'a-lock'],
  ])('makes of %s the name %s', (folder, name) => {
    expect(repositoryNameOf(folder)).toBe(name)
    expect(stackNameProblem(name)).toBeNull()
  })
})
