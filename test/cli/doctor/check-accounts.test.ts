import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { providers } from '../../../providers/index.js'
import { checkAccounts } from '../../../src/cli/doctor/check-accounts.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { createConfigSchema } from '../../../src/config/schema.js'
import { hostFromSource, mayBecomeOther, openFolder } from '../../helpers/other-account.js'
import { tempFolder } from '../../lib/temp-folder.js'

/** A configuration whose secret and data folder only the owner may read. */
async function installed(runAs: string) {
  const folder = openFolder()
  const text = `version: 1\nrepositories: [{ name: infra, url: . }]\ndefaults: { ${runAs} env: { TOKEN: { file: secret } } }\n`
  writeFileSync(join(folder, 'driftd.yaml'), text)
  writeFileSync(join(folder, 'secret'), 'x', { mode: 0o600 })
  mkdirSync(join(folder, '.driftd'), { mode: 0o700 })
  const loaded = await loadConfig(join(folder, 'driftd.yaml'), {
    schema: createConfigSchema({ providers, channels: [], forges: [] }),
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const env = { PATH: process.env.PATH, HOME: folder }
  const context = { env, cwd: folder, scratchFolder: tempFolder(), signal: new AbortController().signal }
  return {
    folder,
    check: () => checkAccounts(loaded, context, hostFromSource('test/engine-host/programs/fake-host.ts')),
  }
}

describe('doctor on runAs', () => {
  it('says nothing where nobody asks for it', async () => {
    expect(await (await installed('')).check()).toEqual([])
  })

  it.runIf(mayBecomeOther)('asks the account itself what it can read', { timeout: 120_000 }, async () => {
    const { folder, check } = await installed('runAs: nobody,')
    expect(await check()).toMatchObject([{ what: 'runAs nobody', state: 'ok', area: 'engines' }])
    chmodSync(join(folder, 'secret'), 0o644)
    expect(await check()).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('can read'), fix: `chmod go= ${folder}/secret` },
    ])
    chmodSync(folder, 0o700)
    expect(await check()).toMatchObject([{ state: 'problem', fix: `chmod o+x ${folder}` }])
  })

  it.runIf(mayBecomeOther)('tells of an account that is not there', async () => {
    const { check } = await installed('runAs: driftd-nobody,')
    expect(await check()).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('RUNAS_UNAVAILABLE') },
    ])
  })
})
