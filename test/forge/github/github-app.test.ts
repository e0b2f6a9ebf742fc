import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.js'
import { createFakeApp, type FakeApp } from '../../helpers/github-app.js'
import { type GitHubLab, MERGED, openGitHubLab, PUSHED } from './github-lab.js'

const { signal } = new AbortController()
const MINUTE_MS = 60_000
let clock: FakeClock
let app: FakeApp
let key: string

beforeEach(() => {
  clock = createFakeClock('2026-11-24T10:00:00.000Z')
  app = createFakeApp(clock)
  key = app.privateKey
})

function open(
  part: { readonly approvers?: readonly string[]; readonly installationId?: number } = {},
): Promise<GitHubLab> {
  const { installationId = app.options.installationId, approvers = ['alice'] } = part
  return openGitHubLab({
    options: { app: { ...app.options, installationId } },
    state: { app: app.door },
    approvers,
    clock,
    readSecret: async () => key,
  })
}

describe('the tokens of an app', () => {
  it('reach one repository with the least rights, and are asked for once an hour', async () => {
    const { forge, world } = await open({ approvers: ['alice', '@acme/platform'] })
    app.permissions.members = 'read'
    const { pullRequests } = await forge.evidence(MERGED, signal)
    expect(pullRequests).toMatchObject([{ headCommit: PUSHED, approvals: [{ name: 'alice' }] }])
    await clock.advance(54 * MINUTE_MS)
    await forge.stateOf(MERGED, signal)
    expect(app.given.map(({ body }) => body)).toEqual([
      {
        repositories: ['infra'],
        permissions: { contents: 'read', metadata: 'read', pull_requests: 'write', members: 'read' },
      },
    ])
    // it asks nobody who it is: an app is no account
    expect(world.receiver.requests.map(({ path }) => path)).not.toContain('/user')
  })

  it('are renewed five minutes before they end', async () => {
    const { forge } = await open()
    await forge.stateOf(MERGED, signal)
    await clock.advance(55 * MINUTE_MS)
    await forge.stateOf(MERGED, signal)
    expect(app.given).toHaveLength(2)
    await clock.advance(10 * MINUTE_MS)
    await forge.stateOf(MERGED, signal)
    expect(app.given).toHaveLength(2)
  })

  it('are thrown away when GitHub takes them no longer', async () => {
    const { forge } = await open()
    await forge.stateOf(MERGED, signal)
    for (const token of app.given) token.isRevoked = true
    await expect(forge.stateOf(MERGED, signal)).rejects.toMatchObject({ code: 'FORGE_FAILED' })
    await expect(forge.stateOf(MERGED, signal)).resolves.toMatchObject({ state: 'merged' })
  })

  it('are made with the key as it is now, from a file or on one line', async () => {
    const { forge } = await open()
    key = otherKey('rsa')
    await expect(forge.stateOf(MERGED, signal)).rejects.toMatchObject({ code: 'FORGE_FAILED' })
    key = app.privateKey.replaceAll('\n', '\\n')
    await expect(forge.stateOf(MERGED, signal)).resolves.toMatchObject({ state: 'merged' })
  })
})

describe('an app that cannot come in', () => {
  const TOKENS = 'POST /app/installations/{installation_id}/access_tokens'

  it.each([
    [401, /the id or the private key of the app is wrong, or the clock of this machine/],
    [403, /the installation is suspended: resume it/],
    [404, /no such installation: correct remediation.forge.app.installationId/],
    [422, /does not reach the repository or lacks a right/],
    [500, /try again later/],
  ])('says what to do about %i', async (status, advice) => {
    const { forge, world } = await open()
    world.state.faults[TOKENS] = { status, body: '{"message":"secret words"}' }
    const error = await forge.evidence(MERGED, signal).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'FORGE_FAILED', message: expect.stringMatching(advice) })
    expect(String(error)).toContain('installation 345 of GitHub App 12')
    expect(String(error)).not.toMatch(/canary|secret words|eyJ/)
  })

  it('is known by an installation that it does not have', async () => {
    const { forge } = await open({ installationId: 1 })
    await expect(forge.stateOf(MERGED, signal)).rejects.toThrow(/404: the app has no such installation/)
  })

  it.each([
    ['no key', 'swordfish'],
    [
      'a public key',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    ['a key of another kind', otherKey('ed25519')],
  ])('is told of %s, without a word of it', async (_name, text) => {
    key = text
    const { forge } = await open()
    const error = await forge.stateOf(MERGED, signal).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'SECRET_UNAVAILABLE' })
    expect(String(error)).toContain('GitHub App 12 is no RSA key')
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(
      /swordfish|BEGIN|MC[A-Za-z0-9+/]{20}/,
    )
  })
})

describe('doctor', () => {
  const first = async (lab: GitHubLab) => (await lab.forge.examine(signal))[0]

  it('tells what the app may', async () => {
    expect(await first(await open())).toMatchObject({ state: 'ok', what: 'github acme/infra' })
  })

  it.each<[string, (fake: FakeApp) => void, readonly string[], object]>([
    [
      'what it lacks',
      (fake) => {
        fake.permissions = { contents: 'read', pull_requests: 'read' }
      },
      ['alice'],
      { state: 'problem', detail: 'the app driftd-acme lacks metadata: read, pull_requests: write' },
    ],
    [
      'that teams cannot be read',
      () => undefined,
      ['@acme/platform'],
      { state: 'problem', detail: 'the app driftd-acme lacks members: read' },
    ],
    [
      'that it may too much',
      (fake) => Object.assign(fake.permissions, { administration: 'write' }),
      ['alice'],
      { state: 'warning' },
    ],
    [
      'that it is suspended',
      (fake) => {
        fake.isSuspended = true
      },
      ['alice'],
      { state: 'problem', fix: 'resume its installation in the settings of its owner' },
    ],
  ])('tells %s', async (_name, change, approvers, expected) => {
    change(app)
    expect(await first(await open({ approvers }))).toMatchObject(expected)
  })

  it.each(['driftd-acme', 'driftd-acme[bot]'])('refuses its own bot as an approver: %s', async (bot) => {
    const { forge } = await open({ approvers: ['alice', bot] })
    expect(await forge.examine(signal)).toContainEqual({
      what: 'github acme/infra',
      state: 'problem',
      detail: `the approver ${bot} is the app that driftd proposes as: an approval of it never counts`,
      fix: 'take it off remediation.approvals.approvers',
    })
  })

  it('says once what is wrong with the key', async () => {
    key = 'swordfish'
    const { forge } = await open()
    expect(await forge.examine(signal)).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('is no RSA key in PEM') },
    ])
  })
})

function otherKey(kind: 'rsa' | 'ed25519'): string {
  const pair =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
