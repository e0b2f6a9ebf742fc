import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../src/app.js'

const TIMEOUT_MS = 120_000

const CONFIG = `version: 1
repositories:
  - name: infra
    url: infra
    stacks:
      - { name: prod/files, provider: terraform, path: . }
`

/** A check block is what can drift without any cloud: the file is there, or it is not. */
const codeOf = (condition: string, file: string) => `
locals { file = "${file}" }
resource "terraform_data" "one" {}
check "there" {
  assert {
    condition     = ${condition}
    error_message = "the file is gone"
  }
}
`

let folder: string
let file: string
let app: App

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'driftd-over-time-'))
  file = join(folder, 'there')
  mkdirSync(join(folder, 'infra'))
  writeFileSync(join(folder, 'driftd.yaml'), CONFIG)
  writeFileSync(file, '')
  writeFileSync(join(folder, 'infra/main.tf'), codeOf('fileexists(local.file)', file))
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  const created = await createApp({ configFile: null, cwd: folder, env, onWarning: () => undefined })
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  app = created.app
}, TIMEOUT_MS)
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

async function scan(): Promise<{ readonly status: string; readonly id: string }> {
  const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
  const { scans } = await app.scan([], watcher)
  expect(scans[0]?.error).toBeNull()
  return { status: scans[0]?.status ?? '', id: scans[0]?.records[0]?.id ?? '' }
}

async function openDrift(): Promise<number> {
  const [stack] = await app.status()
  return Object.values(stack?.openDrift ?? {}).reduce((sum, one) => sum + one, 0)
}

async function told(): Promise<readonly string[]> {
  const { events } = await app.history('prod/files', 100)
  return events.map(({ type, resolution }) => [type, resolution].filter(Boolean).join(' ')).toReversed()
}

describe('a real stack over time', { timeout: TIMEOUT_MS }, () => {
  it('tells how a difference came, who knew of it, what accepted it, and how it went', async () => {
    // nothing was applied: unapplied code, and no drift
    expect((await scan()).status).toBe('pending')

    rmSync(file)
    const drifted = await scan()
    expect([drifted.status, await openDrift()]).toEqual(['drifted', 1])
    await app.acknowledge({ idPrefix: drifted.id.slice(0, 6), reason: 'known', by: 'alice' })
    await scan()
    expect(await told()).toEqual(['opened', 'acknowledged'])

    const wish = { reason: 'on purpose', owner: 'platform', until: '2999-12-31', folder: null }
    expect(await app.ignore({ idPrefix: drifted.id, ...wish })).toMatchObject({ type: 'written' })
    expect([(await scan()).status, await openDrift()]).toEqual(['pending', 0])
    expect(await app.ignoreRules()).toMatchObject([{ match: /check\.there/, hits: 1, owner: 'platform' }])
    rmSync(join(folder, 'infra/.driftd.yaml'))
    expect([(await scan()).status, await openDrift()]).toEqual(['drifted', 1])

    writeFileSync(file, '')
    await scan()
    rmSync(file)
    await scan()
    // the code now says what is there
    writeFileSync(join(folder, 'infra/main.tf'), codeOf('!fileexists(local.file)', file))
    expect([(await scan()).status, await openDrift()]).toEqual(['pending', 0])
    expect(await told()).toEqual(
      ['opened', 'acknowledged', 'ignored', 'unignored', 'resolved vanished', 'reopened'].concat(
        'resolved adopted',
      ),
    )
  })

  it('keeps what it knew while the stack cannot be scanned', async () => {
    writeFileSync(file, '')
    await scan()
    expect(await openDrift()).toBe(1)
    appendFileSync(join(folder, 'infra/main.tf'), 'not terraform')
    const { scans } = await app.scan([], {
      signal: new AbortController().signal,
      onEvent: () => undefined,
    })
    expect(scans[0]?.status).toBe('failed')
    expect([await openDrift(), (await told()).at(-1)]).toEqual([1, 'reopened'])
  })
})
