import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Check } from '../../../src/cli/doctor/check.js'
import { checkRemediation } from '../../../src/cli/doctor/check-remediation.js'
import { loadValid } from '../../helpers/config.js'
import { createTestRepository } from '../../helpers/git-repository.js'
import { tempFolder } from '../../lib/temp-folder.js'

async function check(signers: string, ref = 'main', enabled = true): Promise<readonly Check[]> {
  const origin = createTestRepository()
  origin.commit({ 'main.tf': 'a' })
  origin.git('tag', 'v1')
  const allowedSigners = join(tempFolder(), 'allowed_signers')
  writeFileSync(allowedSigners, signers)
  const loaded = await loadValid(`version: 1
repositories:
  - { name: infra, url: ${origin.path}, ref: ${ref}, trustCommitters: true }
remediation:
  enabled: ${enabled}
  forge: { type: signed-files, allowedSigners: ${allowedSigners} }
  approvals: { approvers: [alice] }
`)
  const scratchFolder = tempFolder()
  const { signal } = new AbortController()
  return checkRemediation(loaded, { env: process.env, cwd: scratchFolder, scratchFolder, signal })
}

describe('driftd doctor on remediation', () => {
  it('asks the forge of each repository', async () => {
    expect(await check('alice ssh-ed25519 AAAA\n')).toMatchObject([
      { area: 'remediation', what: 'infra: signed approvals', state: 'ok' },
    ])
    expect(await check('bob ssh-ed25519 AAAA\n')).toMatchObject([{ state: 'warning' }])
    expect(await check('* ssh-ed25519 AAAA\n')).toMatchObject([{ state: 'problem' }])
  })

  it('says what makes a repository unfit', async () => {
    expect(await check('alice ssh-ed25519 AAAA\n', 'v1')).toMatchObject([
      { what: 'infra', state: 'problem', detail: expect.stringContaining('track a branch') },
    ])
  })

  it('asks nobody where remediation is switched off', async () => {
    expect(await check('', 'main', false)).toEqual([])
  })
})
