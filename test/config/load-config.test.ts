import { chmodSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import { configSchema, loadValid, MINIMAL, stackWith } from '../helpers/config.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

describe('a valid driftd.yaml', () => {
  it('is the example of the documentation, every key of it', async () => {
    const text = await readFile(new URL('../fixtures/config/example.yaml', import.meta.url), 'utf8')
    const { config } = await loadValid(text)
    const [network, web] = config.repositories[0]?.stacks ?? []
    expect(network).toEqual({
      name: 'prod/network',
      provider: 'terraform',
      path: 'live/prod/network',
      settings: {
        schedule: '*/30 * * * *',
        timezone: 'UTC',
        timeoutMs: 1_200_000,
        labels: { env: 'prod', team: 'platform' },
        env: { AWS_PROFILE: 'prod', TF_VAR_token: { file: '/run/secrets/token', secret: true } },
      },
      options: { workspace: 'default', varFiles: ['prod.tfvars'], backendConfig: [] },
    })
    expect(web?.options).toMatchObject({ playbook: 'playbooks/web.yml', inventory: ['inventories/prod'] })
    expect(web?.settings.minCoverage).toBe(0.6)
    expect(config.alerts.channels['ops-mail']).toMatchObject({
      type: 'email',
      options: { to: ['ops@acme.io'] },
    })
    expect(config.alerts.routes[0]?.match?.labels).toEqual({ env: ['prod'] })
    expect(config.alerts.repeatAfterMs).toEqual([86_400_000, 259_200_000, 604_800_000])
    expect(config.remediation.forge).toMatchObject({ type: 'github', options: { repository: 'acme/infra' } })
    expect(config.server.listen).toEqual({ host: '127.0.0.1', port: 7780 })
  })

  it('may use every key beyond the example', async () => {
    const text = await readFile(new URL('../fixtures/config/every-key.yaml', import.meta.url), 'utf8')
    const { config } = await loadValid(text)
    expect(config.retentionMs).toBe(30 * 86_400_000)
    expect(config.concurrency).toEqual({ slots: 4, maxConcurrent: { account: 2 } })
    expect(config.repositories[0]?.stacks[0]?.settings).toMatchObject({
      maxAgeMs: 7_200_000,
      confirm: 2,
      firstScan: 'baseline',
      only: [{ days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080, timezone: 'Europe/Berlin' }],
      pause: true,
      runAs: 'driftd-engine',
      inheritEnv: ['AWS_*'],
    })
  })

  it('has the defaults of the documentation where it is silent', async () => {
    const { config } = await loadValid(MINIMAL)
    expect(config).toMatchObject({
      store: 'sqlite:.driftd/driftd.db',
      retentionMs: 90 * 86_400_000,
      shutdownGraceMs: 25_000,
      leaderLeaseMs: 15_000,
      server: { listen: { host: '127.0.0.1', port: 7780 }, hosts: [] },
      alerts: { groupWaitMs: 30_000, groupIntervalMs: 300_000 },
      remediation: {
        enabled: false,
        trigger: 'merge',
        propose: 'never',
        expiresAfterMs: 86_400_000,
        approvals: { minimum: 1, destructive: 2 },
        limits: { maxDestroy: 0, allowReplace: false },
      },
    })
    expect(config.repositories[0]).toMatchObject({
      pollEveryMs: 60_000,
      signedCommits: 'off',
      trustCommitters: false,
      discover: [],
    })
  })

  it('is frozen to the last value', async () => {
    const { config } = await loadValid(stackWith('labels: { env: prod }\n'))
    const labels = config.repositories[0]?.stacks[0]?.settings.labels as Record<string, string>
    expect(() => {
      labels.env = 'test'
    }).toThrow(TypeError)
  })
})

describe('a file that cannot be read', () => {
  it('is not found', async () => {
    const file = join(tempFolder(), 'driftd.yaml')
    await expect(loadConfig(file, { schema: configSchema })).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
    })
  })

  it('is forbidden', async () => {
    const folder = tempFolder()
    chmodSync(folder, 0o755)
    const file = join(folder, 'driftd.yaml')
    writeFileSync(file, MINIMAL, { mode: 0o000 })
    const attempt = asNobody(() => loadConfig(file, { schema: configSchema }))
    await expect(attempt).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })
})
