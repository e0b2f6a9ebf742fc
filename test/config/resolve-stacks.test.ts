import { describe, expect, it } from 'vitest'
import { joinRepositories } from '../../src/config/join-repositories.js'
import { resolveStacks } from '../../src/config/resolve-stacks.js'
import { fakeProviders, loadValid, treeFrom } from '../helpers/config.js'

const ONE = 'version: 1\nrepositories:\n  - name: infra\n    url: ./infra\n'
const TWO = `${ONE}    discover: ["**"]\n  - name: apps\n    url: ./apps\n    discover: ["**"]\n`

/** Resolves the first repository of a configuration over files. */
async function resolveFirst(text: string, files: Readonly<Record<string, string>>) {
  const loaded = await loadValid(text)
  const repository = loaded.config.repositories[0]
  if (repository === undefined) throw new Error('no repository')
  return resolveStacks({ loaded, repository, tree: treeFrom(files), providers: fakeProviders })
}

const namesOf = ({ stacks }: Awaited<ReturnType<typeof resolveStacks>>): readonly string[] =>
  stacks.map(({ stack }) => stack.name)

describe('resolveStacks', () => {
  it('finds stacks by globs and names them by their path', async () => {
    const text = `${ONE}    discover: ["live/**", "!live/legacy/**", "playbooks/*.yml"]\n`
    const resolved = await resolveFirst(text, {
      'live/prod/network/main.tf': '',
      'live/legacy/old/main.tf': '',
      'modules/vpc/main.tf': '',
      'playbooks/web.yml': '',
      'playbooks/tasks/install.yml': '',
    })
    expect(namesOf(resolved)).toEqual(['live/prod/network', 'playbooks/web.yml'])
    expect(resolved.stacks[1]?.stack).toMatchObject({
      provider: 'ansible',
      path: '.',
      options: { playbook: 'playbooks/web.yml', inventory: [] },
    })
  })

  it('finds nothing where no glob asks for it', async () => {
    expect(namesOf(await resolveFirst(ONE, { 'live/main.tf': '' }))).toEqual([])
  })

  it('lets an explicit entry take the place of what is found there', async () => {
    const text = `${ONE}    discover: ["**"]\n    stacks:\n      - { name: net, provider: terraform, path: live/net/ }\n      - { name: web, provider: ansible, playbook: web.yml }\n`
    const resolved = await resolveFirst(text, { 'live/net/main.tf': '', 'web.yml': '', 'db.yml': '' })
    expect(namesOf(resolved)).toEqual(['db.yml', 'net', 'web'])
  })

  it('keeps two explicit stacks of one folder, such as two workspaces', async () => {
    const text = `${ONE}    stacks:\n      - { name: a, provider: terraform, path: x, workspace: a }\n      - { name: b, provider: terraform, path: x, workspace: b }\n`
    expect(namesOf(await resolveFirst(text, {}))).toEqual(['a', 'b'])
  })

  it('puts the name of the repository in front where there are several', async () => {
    const resolved = await resolveFirst(TWO, { 'live/main.tf': '', 'main.tf': '' })
    expect(namesOf(resolved)).toEqual(['infra', 'infra/live'])
    expect(resolved.stacks.map(({ localName }) => localName)).toEqual(['infra', 'live'])
  })

  it('tells of a path that is no name, and keeps the others', async () => {
    const resolved = await resolveFirst(`${ONE}    discover: ["**"]\n`, {
      'Live/main.tf': '',
      'b/main.tf': '',
    })
    expect(namesOf(resolved)).toEqual(['b'])
    expect(resolved.problems).toMatchObject([
      { path: 'repositories[0].discover', line: 5, message: expect.stringContaining('"Live" was found') },
    ])
  })

  it('fills in defaults: of the stack, of the section, of driftd', async () => {
    const text = `${ONE}    stacks:\n      - { name: a, provider: terraform, labels: { x: "1" }, timeout: 5m, env: { B: own } }\ndefaults: { timeout: 1m, schedule: "5 * * * *", labels: { x: "0", y: "2" }, env: { A: all, B: all } }\n`
    const [resolved] = (await resolveFirst(text, {})).stacks
    expect(resolved?.stack).toMatchObject({
      timeoutMs: 300_000,
      minCoverage: 0.6,
      labels: { x: '1', y: '2' },
    })
    expect(resolved?.settings).toEqual({
      schedule: '5 * * * *',
      timezone: 'UTC',
      maxAgeMs: null,
      confirm: 1,
      firstScan: 'alert',
      only: [],
      pause: false,
      runAs: null,
      env: { A: 'all', B: 'own' },
      applyEnv: {},
      inheritEnv: undefined,
    })
  })
})

describe("a repository's own .driftd.yaml", () => {
  const own = (lines: string): Record<string, string> => ({ '.driftd.yaml': `version: 1\n${lines}` })

  it('adds stacks, labels and ignore rules', async () => {
    const resolved = await resolveFirst(
      TWO,
      own(
        'labels: { team: net }\nstacks: [{ name: vpc, provider: terraform, path: vpc }]\nignore:\n  - { match: { stack: "prod/*", address: "aws_autoscaling_group.*", path: desired_capacity, kind: changed }, reason: the autoscaler owns it, owner: platform, until: 2027-03-31 }\n',
      ),
    )
    expect(resolved.problems).toEqual([])
    expect(resolved.stacks).toMatchObject([
      { origin: 'repository', localName: 'vpc', stack: { name: 'infra/vpc', labels: { team: 'net' } } },
    ])
    expect(resolved.ignore).toMatchObject([{ match: { kind: ['changed'] }, until: '2027-03-31' }])
  })

  it('yields to driftd.yaml: its names, its labels, its environment', async () => {
    const text = `${ONE}    stacks: [{ name: vpc, provider: terraform, path: a }]\ndefaults: { labels: { env: prod }, env: { AWS_PROFILE: scan } }\n`
    const resolved = await resolveFirst(
      text,
      own(
        'stacks:\n  - { name: vpc, provider: terraform, path: b }\n  - { name: own, provider: terraform, labels: { env: test }, env: { AWS_PROFILE: admin } }\n',
      ),
    )
    expect(resolved.stacks).toMatchObject([
      { stack: { name: 'own', labels: { env: 'prod' } }, settings: { env: { AWS_PROFILE: 'scan' } } },
      { stack: { name: 'vpc', path: 'a' } },
    ])
  })

  it('adds no stack that would run as driftd itself where remediation is on', async () => {
    const stack = 'stacks:\n      - { name: a, provider: terraform, path: a, runAs: driftd-engine }'
    const remediation =
      'remediation: { enabled: true, forge: { type: signed-files, allowedSigners: x }, approvals: { approvers: [alice] } }'
    const hidden = own('stacks: [{ name: hidden, provider: terraform, path: b }]\n')
    const text = `${ONE}    ${stack}\n`
    const resolved = await resolveFirst(`${text}${remediation}\n`, hidden)
    expect(namesOf(resolved)).toEqual(['a'])
    expect(resolved.problems).toMatchObject([
      { path: 'repositories[0].name', line: 3, message: expect.stringContaining('"hidden"') },
    ])
    for (const harmless of [
      text,
      `${text}${remediation}\ndefaults: { runAs: driftd-engine }\n`,
      `${text}    trustCommitters: true\n${remediation}\n`,
    ])
      expect(namesOf(await resolveFirst(harmless, hidden))).toEqual(['a', 'hidden'])
  })

  const routed = `${ONE}alerts: { channels: { w: { type: webhook, url: "https://x" } }, routes: [{ match: { labels: { env: prod } }, channels: w }] }\nmutes: [{ match: { labels: { mute: x } }, reason: r, author: a, until: 2027-01-01 }]\n`

  it.each([
    ['a file', 'stacks: [{ name: a, provider: terraform, env: { T: { file: /run/x } } }]', 'stacks[0].env.T'],
    [
      'a variable',
      'stacks: [{ name: a, provider: terraform, env: { T: { env: TOKEN } } }]',
      'stacks[0].env.T',
    ],
    [
      'a vault password',
      'stacks: [{ name: a, provider: ansible, playbook: x, vaultPasswordFile: x }]',
      'stacks[0].vaultPasswordFile',
    ],
    [
      'an absolute path',
      'stacks: [{ name: a, provider: terraform, varFiles: [/etc/shadow] }]',
      'stacks[0].varFiles[0]',
    ],
    [
      'a home',
      'stacks: [{ name: a, provider: terraform, varFiles: ["~/.aws/credentials"] }]',
      'stacks[0].varFiles[0]',
    ],
    [
      'a path that leaves',
      'stacks: [{ name: a, provider: terraform, varFiles: [x/../../y] }]',
      'stacks[0].varFiles[0]',
    ],
    [
      'a path behind a key',
      'stacks: [{ name: a, provider: terraform, backendConfig: ["path=/etc/x"] }]',
      'stacks[0].backendConfig[0]',
    ],
    [
      'a path behind @',
      'stacks: [{ name: a, provider: ansible, playbook: x, extraVars: ["@/etc/x"] }]',
      'stacks[0].extraVars[0]',
    ],
    ['a path of the stack', 'stacks: [{ name: a, provider: terraform, path: .. }]', 'stacks[0].path'],
    ['less coverage', 'stacks: [{ name: a, provider: terraform, minCoverage: 0 }]', 'stacks[0].minCoverage'],
    ['another account', 'stacks: [{ name: a, provider: terraform, runAs: root }]', 'stacks[0].runAs'],
    [
      "more of the daemon's environment",
      'stacks: [{ name: a, provider: terraform, inheritEnv: ["*"] }]',
      'stacks[0].inheritEnv',
    ],
    [
      'rights to apply',
      'stacks: [{ name: a, provider: terraform, applyEnv: { A: b } }]',
      'stacks[0].applyEnv',
    ],
    [
      'a label that routes read',
      'stacks: [{ name: a, provider: terraform, labels: { env: test } }]',
      'stacks[0].labels.env',
    ],
    ['a label that mutes read, for all', 'labels: { mute: x }', 'labels.mute'],
    [
      'a rule without owner',
      'ignore: [{ match: { address: x }, reason: r, until: 2027-01-01 }]',
      'ignore[0].owner',
    ],
    ['a rule without end', 'ignore: [{ match: { address: x }, reason: r, owner: o }]', 'ignore[0].until'],
    [
      'a rule for everything',
      'ignore: [{ match: {}, reason: r, owner: o, until: 2027-01-01 }]',
      'ignore[0].match',
    ],
    ['an unknown key', 'alerts: {}', 'alerts'],
  ])('may not have %s', async (_, lines, path) => {
    const resolved = await resolveFirst(routed, own(`${lines}\n`))
    expect(resolved.problems).toMatchObject([{ file: 'infra:.driftd.yaml', line: 2, path }])
    expect(resolved.stacks).toEqual([])
  })
})

describe('joinRepositories', () => {
  async function joinTwo(text: string, infra: Record<string, string>, apps: Record<string, string>) {
    const loaded = await loadValid(text)
    const trees = [treeFrom(infra), treeFrom(apps)]
    const resolved = await Promise.all(
      loaded.config.repositories.map((repository, i) =>
        resolveStacks({ loaded, repository, tree: trees[i] ?? null, providers: fakeProviders }),
      ),
    )
    return joinRepositories(loaded, resolved, true)
  }

  it('tells of a name that two repositories give, and keeps the explicit one', async () => {
    const text = TWO.replace(
      '    discover: ["**"]\n  - name: apps',
      '    stacks: [{ name: apps/x, provider: terraform, path: y }]\n  - name: apps',
    )
    const joined = await joinTwo(text, {}, { 'x/main.tf': '' })
    expect(joined.stacks).toMatchObject([{ origin: 'explicit', stack: { repository: 'infra' } }])
    expect(joined.problems).toMatchObject([{ path: 'repositories[1].name' }])
  })

  it('tells of a mute for a stack that does not exist', async () => {
    const text = `${TWO}mutes: [{ match: { stack: [infra/lvie, "prod/*"] }, reason: r, author: a, until: 2027-01-01 }]\n`
    const joined = await joinTwo(text, { 'live/main.tf': '' }, {})
    expect(joined.problems).toMatchObject([
      {
        path: 'mutes[0].match.stack[0]',
        message: '"infra/lvie" is no stack',
        suggestion: 'did you mean infra/live?',
      },
    ])
  })
})
