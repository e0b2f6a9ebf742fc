import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.js'
import { createFakeApp } from '../helpers/github-app.js'
import { startGitHubForge } from '../helpers/github-forge-world.js'
import { GITLAB_TOKEN, startGitLabForge } from '../helpers/gitlab-forge-world.js'
import { createHostedForge, type ForgeServer, type HostedForge } from '../helpers/hosted-forge.js'
import { APPLY_SECRET } from '../helpers/open-lab-remediation.js'
import { createLabRemote, createRemediationLab } from '../helpers/remediation-lab.js'
import { tempFolder } from '../lib/temp-folder.js'

interface Started {
  readonly server: ForgeServer
  /** The keys of `remediation.forge` that say how driftd comes in. */
  readonly options: string
}

/** On one machine: a bare remote, a forge on loopback, an engine that really changes something. */
it.each<[string, boolean, (hosted: HostedForge) => Promise<Started>]>([
  [
    'GitHub, as an app',
    false,
    async (hosted) => {
      const app = createFakeApp(systemClock)
      const { id, installationId } = app.options
      const key = secretFile(app.privateKey)
      const options = `type: github, app: { id: ${id}, installationId: ${installationId}, privateKey: { file: ${key} } }`
      return { server: await startGitHubForge(hosted, app.door), options }
    },
  ],
  [
    'GitLab, by a token',
    true,
    async (hosted) => {
      const options = `type: gitlab, token: { file: ${secretFile(GITLAB_TOKEN)} }`
      return { server: await startGitLabForge(hosted), options }
    },
  ],
])('remediates over %s: from drift to the receipt', async (_name, dropsApprovalsOnPush, start) => {
  const bare = createLabRemote()
  const hosted = await createHostedForge({ dropsApprovalsOnPush, bare })
  const { server, options } = await start(hosted)
  const { origin, requests } = server.receiver
  const forge = `{ ${options}, repository: acme/infra, apiUrl: "${origin}", allowPrivate: true }`
  const lab = await createRemediationLab('', { ...bare, forge })
  lab.drift()
  expect(await lab.advance()).toMatchObject({ status: 'proposed' })
  const [pull] = hosted.pulls
  const branch = pull?.branch ?? ''
  expect((await lab.advance()).message).toContain('waits for 1 more of alice')
  // who asked for it, and who may only read, do not count
  hosted.say(branch, 'rita', 'approved')
  hosted.say(branch, 'alice', 'approved')
  expect((await lab.advance()).message).toContain('waits for its merge')
  await hosted.merge(branch, 'squash')
  expect(await lab.advance()).toMatchObject({ status: 'applied', receipt: { verification: 'converged' } })
  expect(lab.readWorld()).toBe('as declared\n')
  expect(hosted.pulls).toHaveLength(1)
  expect(pull?.notes.map(({ body }) => body)).toEqual([expect.stringContaining('<!-- driftd:')])
  const said = requests.map(({ path, body }) => path + body).join('\n')
  expect(said).not.toMatch(new RegExp(`canary|PRIVATE KEY|${APPLY_SECRET}`))
})

function secretFile(text: string): string {
  const file = join(tempFolder(), 'secret')
  writeFileSync(file, text)
  return file
}
