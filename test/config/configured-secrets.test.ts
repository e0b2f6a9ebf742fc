import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguredSecrets } from '../../src/config/configured-secrets.js'
import { loadValid, MINIMAL } from '../helpers/config.js'

describe('readConfiguredSecrets', () => {
  it('reads every secret that can be read, wherever it stands, and nothing that is none', async () => {
    const loaded =
      await loadValid(`${MINIMAL}    credentials: { username: bot, password: { file: ./password } }
    stacks:
      - name: a
        provider: terraform
        labels: { env: PATH }
        env:
          TF_VAR_token: { env: TOKEN }
          TF_VAR_region: { env: REGION, secret: false }
          TF_VAR_gone: { file: ./gone }
`)
    writeFileSync(join(loaded.folder, 'password'), 'hunter22\n')
    const env = { TOKEN: 'canary-token', REGION: 'eu-west-1', PATH: '/bin' }
    expect(await readConfiguredSecrets(loaded, env)).toEqual(['hunter22', 'canary-token'])
  })
})
