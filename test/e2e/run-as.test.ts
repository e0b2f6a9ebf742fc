import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { providers } from '../../providers/index.js'
import { optionsSchema } from '../../src/config/stack-entry.js'
import { lookUpAccount } from '../../src/lib/account.js'
import type { Provider } from '../../src/scan/provider.js'
import { createTestRepository } from '../helpers/git-repository.js'
import { accountsIn, mayBecomeOther, OTHER_ACCOUNT, openFolder } from '../helpers/other-account.js'
import { runCli } from '../helpers/run-cli.js'

/** What an engine must not read, by the name that the code of the repository has for it. */
const keptFrom = (folder: string): Readonly<Record<string, string>> => ({
  store: join(folder, '.driftd/driftd.db'),
  key: join(folder, '.driftd/key'),
  secret: join(folder, 'secret'),
})

/** A module whose checks fail where Terraform can read what it must not. */
function moduleText(folder: string): string {
  const checks = Object.entries(keptFrom(folder)).map(
    ([name, file]) =>
      `check "${name}" {\n  assert {\n    condition     = terraform_data.x.input == "y" && !can(filebase64("${file}"))\n    error_message = "read"\n  }\n}\n`,
  )
  const state = join(folder, 'state/terraform.tfstate')
  return `terraform {\n  backend "local" {\n    path = "${state}"\n  }\n}\nresource "terraform_data" "x" {\n  input = "y"\n}\n${checks.join('')}`
}

/** A playbook that finds files in `state` other than they are where Ansible can read what it must not. */
function playbookText(folder: string): string {
  const looks = Object.entries(keptFrom(folder)).map(
    ([name, file]) => [name, `cat ${file}`, 'got.rc == 0'] as const,
  )
  const all = [...looks, ['account', 'id -un', `got.stdout != '${OTHER_ACCOUNT}'`] as const]
  const tasks = all.map(
    ([name, command, isOpen]) =>
      `    - name: look at ${name}\n      ansible.builtin.command: ${command}\n      register: got\n      check_mode: false\n      failed_when: false\n      changed_when: false\n` +
      `    - name: ${name}\n      ansible.builtin.copy:\n        content: "{{ 'open' if ${isOpen} else 'closed' }}"\n        dest: ${folder}/state/${name}\n`,
  )
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}`
}

function configuration(url: string, folder: string): string {
  const terraform = 'provider: terraform, path: tf, minCoverage: 0'
  const inventory = 'localhost,'
  // the home that the system names for this account is not there
  const remoteTmp = join(folder, 'remote')
  const ansible = `provider: ansible, playbook: site.yml, inventory: ["${inventory}"], extraVars: { ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}", ansible_remote_tmp: ${remoteTmp} }, minCoverage: 0`
  const stacks = [
    `{ name: tf/other, ${terraform}, runAs: ${OTHER_ACCOUNT} }`,
    `{ name: tf/own, ${terraform} }`,
    `{ name: web/other, ${ansible}, runAs: ${OTHER_ACCOUNT} }`,
    `{ name: web/own, ${ansible} }`,
  ]
  return `version: 1\nrepositories:\n  - name: infra\n    url: ${url}\n    stacks:\n${stacks.map((stack) => `      - ${stack}\n`).join('')}`
}

/** Applies the module once, so that a plan finds everything as it should be. */
function apply(folder: string, text: string): void {
  const work = join(folder, 'apply')
  mkdirSync(work)
  writeFileSync(join(work, 'main.tf'), text)
  const env = { PATH: process.env.PATH, HOME: work, CHECKPOINT_DISABLE: '1' }
  for (const args of [
    ['init', '-no-color'],
    ['apply', '-auto-approve', '-no-color'],
  ])
    execFileSync('terraform', args, { cwd: work, env, stdio: 'pipe' })
  for (const name of [...Object.keys(keptFrom(folder)), 'account'])
    writeFileSync(join(folder, 'state', name), 'closed')
  chmodSync(join(folder, 'state'), 0o755)
  for (const name of readdirSync(join(folder, 'state'))) chmodSync(join(folder, 'state', name), 0o644)
}

describe.runIf(mayBecomeOther)('runAs, with real engines', () => {
  it('keeps store, key and secret files from the code of a repository', async () => {
    const folder = openFolder()
    const origin = createTestRepository()
    origin.commit({ 'tf/main.tf': moduleText(folder), 'site.yml': playbookText(folder) })
    writeFileSync(join(folder, 'secret'), 'hunter2', { mode: 0o600 })
    apply(folder, moduleText(folder))
    mkdirSync(join(folder, 'remote'))
    chmodSync(join(folder, 'remote'), 0o777)
    writeFileSync(join(folder, 'driftd.yaml'), configuration(origin.path, folder))
    const env = { PATH: process.env.PATH ?? '', HOME: folder }
    const { stdout, stderr } = await runCli({
      command: 'driftd',
      args: ['scan', '-o', 'json'],
      cwd: folder,
      env,
    })
    const { scans } = JSON.parse(stdout || `{"scans":${JSON.stringify(stderr)}}`)
    const seen = scans.map(
      (scan: { stack: string; status: string; error: unknown; records: { address: string }[] }) => ({
        stack: scan.stack,
        status: scan.status,
        error: scan.error,
        records: scan.records.map(({ address }) => address.replace('check.', '')).sort(),
      }),
    )
    expect(seen).toEqual([
      { stack: 'tf/other', status: 'in-sync', error: null, records: [] },
      { stack: 'tf/own', status: 'drifted', error: null, records: ['key', 'secret', 'store'] },
      { stack: 'web/other', status: 'in-sync', error: null, records: [] },
      { stack: 'web/own', status: 'drifted', error: null, records: ['account', 'key', 'secret', 'store'] },
    ])
    expect(statSync(join(folder, '.driftd')).mode & 0o777).toBe(0o700)
    const leftovers = execFileSync('ps', ['-eo', 'user:32,args'], { encoding: 'utf8' }).split('\n')
    expect(leftovers.filter((line) => line.startsWith(OTHER_ACCOUNT) && line.includes(folder))).toEqual([])
  }, 300_000)

  it('carries an approved request out as that account', async () => {
    const folder = openFolder()
    for (const name of ['code', 'out', 'remote']) mkdirSync(join(folder, name))
    for (const name of ['out', 'remote']) chmodSync(join(folder, name), 0o777)
    const copy = `{ content: wanted, dest: ${folder}/out/file }`
    const tasks = `  tasks:\n    - name: a file\n      ansible.builtin.copy: ${copy}\n`
    writeFileSync(join(folder, 'code/site.yml'), `- hosts: all\n  gather_facts: false\n${tasks}`)
    const extraVars = {
      ansible_connection: 'local',
      ansible_remote_tmp: join(folder, 'remote'),
      ansible_python_interpreter: '{{ ansible_playbook_python }}',
    }
    const { signal } = new AbortController()
    const env = { PATH: process.env.PATH ?? '' }
    const ansible = providers.find(({ name }) => name === 'ansible') as Provider
    const hosted = accountsIn(folder).providerAs(ansible, OTHER_ACCOUNT)
    const prepared = await hosted.prepare?.({
      stack: {
        name: 'web',
        provider: 'ansible',
        repository: null,
        path: '.',
        labels: {},
        timeoutMs: 60_000,
        minCoverage: 0,
        options: optionsSchema(ansible).parse({ playbook: 'site.yml', inventory: ['localhost,'], extraVars }),
      },
      checkout: { root: join(folder, 'code'), commit: null, mode: 'worktree' },
      scope: { action: 'run-playbook', addresses: [], hosts: [] },
      baseline: null,
      hasGoodScan: false,
      env,
      secrets: [],
      key: Buffer.alloc(32),
      cacheFolder: '/not/used/cache',
      dataFolder: '/not/used/web',
      scratchFolder: '/not/used/scratch',
      signal,
      onPhase: () => undefined,
      onEngine: () => undefined,
    })
    expect(prepared?.proposal.changes).toMatchObject([{ address: 'a file', action: 'create' }])
    const outcome = await prepared?.apply({ env, secrets: [], signal, onStart: async () => undefined })
    await prepared?.release?.()
    expect(outcome).toMatchObject({ status: 'applied', changed: [{ address: 'a file' }] })
    const { uid } = await lookUpAccount(OTHER_ACCOUNT, process.env.PATH)
    expect(statSync(join(folder, 'out/file')).uid).toBe(uid)
  }, 120_000)
})
