import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicFactory } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../src/app.js'
import { listJson, renderList } from '../../src/cli/alerts/run-list.js'
import { previewJson, renderPreview } from '../../src/cli/alerts/run-preview.js'
import { createPalette } from '../../src/cli/output/paint.js'
import { followDrift } from '../../src/domain/lifecycle.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { recordOf } from '../helpers/alert-lab.js'
import { buildCommit, buildDelivery } from '../helpers/build-alert.js'
import { buildScan } from '../helpers/build-record.js'
import { problemsOf } from '../helpers/document-problems.js'
import { type Receiver, startReceiver } from '../helpers/http-receiver.js'
import { runCli } from '../helpers/run-cli.js'

const CONFIG = (origin: string) => `version: 1
repositories:
  - name: infra
    url: ./infra
    stacks:
      - { name: prod/net, provider: terraform, path: net, labels: { env: prod } }
      - { name: dev/net, provider: terraform, path: net }
alerts:
  channels:
    siem: { type: webhook, url: "${origin}/hook", allowPrivate: true }
    broken: { type: webhook, url: "${origin}/broken", allowPrivate: true }
  routes:
    - { match: { labels: { env: prod } }, channels: [siem] }
  groupWait: 1s
mutes:
  - { match: { address: "aws_vpc.muted" }, reason: moving house, author: alice, until: 2099-12-31 }
`
const NOW = new Date()
const palette = createPalette(false)
const view = { isColored: false, columns: 100, now: NOW }

let folder: string
let receiver: Receiver
let app: App

beforeAll(async () => {
  receiver = await startReceiver(({ path }) => ({
    status: path === '/broken' ? 410 : 200,
    body: 'canary-answer',
  }))
  folder = mkdtempSync(join(tmpdir(), 'driftd-test-'))
  mkdirSync(join(folder, 'infra'))
  writeFileSync(join(folder, 'driftd.yaml'), CONFIG(receiver.origin))
  const store = await openStore(`sqlite:${join(folder, '.driftd/driftd.db')}`)
  await fillStore(store)
  await store.close()
  const created = await createApp({ configFile: null, cwd: folder, env: {}, onWarning: () => undefined })
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  app = created.app
})

afterAll(async () => {
  await app?.close()
  await receiver?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Two stacks that drift, one of them in a record that is muted; one message that was given up. */
async function fillStore(store: OpenedStore): Promise<void> {
  const newId = monotonicFactory()
  for (const stack of ['prod/net', 'dev/net']) {
    const secret = {
      path: ['password'],
      cause: 'outside' as const,
      declared: 'canary-declared',
      actual: 'canary-actual',
      sensitive: true,
    }
    const records = [
      recordOf(stack, { severity: 'critical', changes: [...recordOf(stack).changes, secret] }),
      recordOf(stack, { name: 'muted', id: 'bbbbbbbbbbbb' }),
    ]
    const startedAt = NOW.toISOString()
    const scan = buildScan({ id: newId(), stack, status: 'drifted', records, startedAt })
    const settings = { code: null, confirm: 1, firstScan: 'alert', remediated: new Set<string>() } as const
    const request = { ...settings, scan, lastGoodScanAt: null, now: startedAt, newId }
    await store.saveScan({ scan, nextBaseline: null, follow: (previous) => followDrift(request, previous) })
  }
  const at = { createdAt: NOW.toISOString(), nextAttemptAt: NOW.toISOString() }
  const delivery = buildDelivery({ id: '01J0000000000000000000DEAD' }, { ...at, channel: 'siem' })
  await store.alerts.commitDispatch(buildCommit({ deliveries: [delivery] }))
  await store.alerts.recordAttempt('01J0000000000000000000DEAD', {
    status: 'dead',
    problem: '410\u001b[31m gone',
  })
}

describe('driftd alerts preview', () => {
  it('shows what would be sent where, and why nothing else', async () => {
    const text = renderPreview(await (await app.alerts()).preview('prod/net'), { palette, now: NOW })
    expect(text).toMatch(/^siem: first-drift, in a moment$/m)
    expect(text).toMatch(/CRITICAL {2}~ changed {2}aws_vpc\.main/)
    expect(text).toMatch(/tags\.Owner\s+Git says +"platform"\s+actual +"somebody in prod\/net"/)
    expect(text).toMatch(/\(sensitive\) differs/)
    expect(text).toMatch(/driftd show aaaaaaaaaaaa/)
    expect(text).toMatch(/aws_vpc\.muted: muted, "moving house" by alice, that may change in \d+ d/)
    expect(text).toMatch(/^broken: nothing$/m)
    expect(text).not.toMatch(/canary/)
  })

  it('says so where no route leads anywhere', async () => {
    const text = renderPreview(await (await app.alerts()).preview('dev/net'), { palette, now: NOW })
    expect(text).toBe(
      'siem: nothing\n    nothing that is there leads to it by any route\n\nbroken: nothing\n    nothing that is there leads to it by any route\n',
    )
  })

  it('is a document for programs', async () => {
    const document = JSON.parse(previewJson('prod/net', await (await app.alerts()).preview('prod/net')))
    expect(problemsOf('preview', document)).toEqual([])
    const { channels } = document
    expect(channels[0]).toMatchObject({
      channel: 'siem',
      messages: [{ reason: 'first-drift', stack: 'prod/net', records: [{ address: 'aws_vpc.main' }] }],
      matters: [
        { address: 'aws_vpc.main', verdict: 'fresh' },
        { address: 'aws_vpc.muted', verdict: 'muted', reason: 'moving house', author: 'alice' },
      ],
    })
  })

  it('knows what was meant', async () => {
    const desk = await app.alerts()
    await expect(desk.preview('prod/nett')).rejects.toMatchObject({
      code: 'STACK_UNKNOWN',
      message: expect.stringContaining('did you mean prod/net?'),
    })
  })

  it('remembers nothing', async () => {
    const before = await (await app.alerts()).preview('prod/net')
    expect((await (await app.alerts()).preview('prod/net')).map(({ matters }) => matters)).toEqual(
      before.map(({ matters }) => matters),
    )
  })
})

describe('driftd alerts list', () => {
  it('shows each message and what went wrong, free of what a terminal would obey', async () => {
    const lines = await (await app.alerts()).list({ state: 'dead', channel: null, limit: 9 })
    expect(renderList(lines, view)).toBe(
      [
        `01J0000000000000000000DEAD  siem  dead       just now    first-drift`,
        '  MEDIUM drift: prod/network, changed aws_vpc.main',
        '  410\\u001b[31m gone',
        '',
      ].join('\n'),
    )
    expect(problemsOf('alerts', JSON.parse(listJson(lines)))).toEqual([])
    expect(JSON.parse(listJson(lines)).alerts).toMatchObject([
      { id: '01J0000000000000000000DEAD', state: 'dead', attempts: 1, nextAttemptAt: null },
    ])
    expect(renderList([], view)).toBe('no messages\n')
  })

  it('refuses a channel that is none', async () => {
    const listing = (await app.alerts()).list({ state: null, channel: 'sime', limit: 9 })
    await expect(listing).rejects.toMatchObject({
      code: 'CHANNEL_UNKNOWN',
      message: '"sime" is no channel of alerts.channels: did you mean siem?',
    })
  })
})

describe('driftd alerts test', () => {
  it('sends a sample, and says what the receiver made of it', async () => {
    const desk = await app.alerts()
    const { signal } = new AbortController()
    expect(await desk.test('siem', signal)).toMatchObject({ status: 'delivered' })
    expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toMatchObject({
      reason: 'test',
      stack: 'example/network',
    })
    const refused = await desk.test('broken', signal)
    expect(refused).toMatchObject({ status: 'rejected', problem: expect.stringContaining('410') })
    expect(JSON.stringify(refused)).not.toMatch(/canary/)
    await expect(desk.test('sime', signal)).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' })
  })
})

describe('the commands', () => {
  const run = (...args: readonly string[]) =>
    runCli({ command: 'driftd', args, cwd: folder, env: { PATH: process.env.PATH ?? '', NO_COLOR: '1' } })

  it('tell of what could not be delivered, and have it sent again', async () => {
    const status = await run('status')
    expect(status.stdout).toMatch(/^1 message could not be delivered: driftd alerts list --dead$/m)
    const failed = await run('alerts', 'test', 'broken')
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
    expect(failed.stderr).toMatch(/^error: broken did not take the sample: .*410.* \(ALERT_UNDELIVERED\)$/m)
    const resent = await run('alerts', 'resend', '--dead')
    expect(resent).toMatchObject({
      exitCode: 0,
      stdout: '1 message will be sent again as soon as `driftd serve` runs\n',
    })
    const waiting = await (await app.alerts()).list({ state: 'waiting', channel: null, limit: 9 })
    expect(waiting).toMatchObject([{ id: '01J0000000000000000000DEAD', attempts: 0 }])
    await expect((await app.alerts()).resend('nothing')).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' })
  })

  it('keep no secret value anywhere', () => {
    for (const ending of ['', '-wal'])
      expect(readFileSync(join(folder, `.driftd/driftd.db${ending}`)).includes('canary')).toBe(false)
  })
})
