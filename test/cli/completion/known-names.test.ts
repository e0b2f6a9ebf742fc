import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { knownNames } from '../../../src/cli/completion/known-names.js'
import { openStore } from '../../../src/store/open-store.js'
import { buildKnownStack } from '../../helpers/build-drift.js'
import { tempFolder } from '../../lib/temp-folder.js'

const CONFIG = `version: 1
repositories:
  - name: infra
    url: .
    stacks:
      - { name: prod/web, provider: ansible, playbook: web.yml }
      - { name: "../evil $(reboot)", provider: ansible, playbook: web.yml }
`

function folderWith(config: string): string {
  const folder = tempFolder()
  writeFileSync(join(folder, 'driftd.yaml'), config)
  return folder
}

describe('knownNames', () => {
  it('gives the names of driftd.yaml, and only those that can be names', async () => {
    expect(await knownNames('stack', ['scan', ''], folderWith(CONFIG))).toEqual(['prod/web'])
  })

  it('adds those of the store', async () => {
    const folder = folderWith(CONFIG)
    const store = await openStore('sqlite:.driftd/driftd.db', { baseFolder: folder })
    await store.saveKnownStacks('infra', [buildKnownStack({ name: 'live/found' })])
    expect(await knownNames('stack', ['scan', ''], folder)).toEqual(['live/found', 'prod/web'])
    await store.close()
  })

  it('gives channels and repositories too', async () => {
    const folder = folderWith(`${CONFIG}alerts: { channels: { siem: {}, "a b": {}, ops: } }\n`)
    expect(await knownNames('channel', [''], folder)).toEqual(['ops', 'siem'])
    expect(await knownNames('repository', [''], folder)).toEqual(['infra'])
    expect(await knownNames('channel', [''], folderWith('alerts: { channels: 7 }\n'))).toEqual([])
    expect(await knownNames('channel', [''], folderWith('alerts:\n'))).toEqual([])
  })

  it('makes no store', async () => {
    const folder = folderWith(CONFIG)
    await knownNames('stack', [''], folder)
    expect(existsSync(join(folder, '.driftd'))).toBe(false)
  })

  it('reads the configuration that the command line names', async () => {
    const folder = folderWith(CONFIG)
    const words = ['scan', '--config', join(folder, 'driftd.yaml'), '']
    expect(await knownNames('stack', words, tempFolder())).toEqual(['prod/web'])
  })

  it('gives what a half-written file has', async () => {
    expect(await knownNames('stack', [''], folderWith(`${CONFIG}      - { name: prod/`))).toEqual([
      'prod/web',
    ])
  })

  it.each([
    ['a list', '[]'],
    ['nothing', ''],
    ['a wrong shape', 'repositories: 7\n'],
    ['a text where stacks should be', 'repositories: [{ stacks: x }]\n'],
  ])('gives no names for a file that holds %s', async (_, config) => {
    expect(await knownNames('stack', [''], folderWith(config))).toEqual([])
  })
})
