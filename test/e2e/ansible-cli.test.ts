import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Scan } from '../../src/domain/scan.js'
import { type CliOutcome, runCli, startCli } from '../helpers/run-cli.js'
import { type AnsibleLab, openAnsibleLab } from '../providers/ansible/lab.js'

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - { name: motd, ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd" } }
    - { name: spool, ansible.builtin.file: { path: "{{ root }}/spool", state: directory } }
    - { name: password, ansible.builtin.copy: { content: "canary-no-log\\n", dest: "{{ root }}/secret" }, no_log: true }
`

describe('ansiblediff', { timeout: 180_000 }, () => {
  it('says in sync, drifted, incomplete and failed, with the exit code of each', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({ 'site.yml': SITE })
    await lab.apply()
    const clean = await ansiblediff(lab)
    expect([clean.scan.status, clean.exitCode]).toEqual(['in-sync', 0])
    expect(clean.scan.coverage).toEqual({ verified: 6, applicable: 6, unverified: [], executed: [] })

    await lab.onHost('web2', 'motd', 'by hand\n')
    const drifted = await ansiblediff(lab)
    expect([drifted.scan.status, drifted.exitCode]).toEqual(['drifted', 2])
    expect(drifted.scan.records).toMatchObject([
      {
        kind: 'changed',
        action: 'update',
        host: 'web2',
        address: 'motd',
        resourceType: 'ansible.builtin.copy',
        source: { file: 'site.yml', line: 5 },
        changes: [{ path: ['content'], declared: 'welcome\n', actual: 'by hand\n', sensitive: false }],
      },
    ])

    await lab.onHost('web2', 'motd', 'welcome\n')
    const blind = '    - { name: blind, ansible.builtin.command: "true" }\n'
    await lab.write({ 'site.yml': SITE + blind.repeat(3) })
    const incomplete = await ansiblediff(lab)
    expect([incomplete.scan.status, incomplete.exitCode]).toEqual(['incomplete', 4])
    const content = await ansiblediff(lab, '--min-coverage', '0.5')
    expect([content.scan.status, content.exitCode]).toEqual(['in-sync', 0])

    const failed = await ansiblediff(lab, '--limit', 'nowhere')
    expect([failed.scan.status, failed.exitCode]).toEqual(['failed', 1])
    expect(failed.scan.error).toMatchObject({ code: 'NO_HOSTS_MATCHED', phase: 'check', retryable: false })
  })

  it('stops on Ctrl-C with 130, and on usage errors with 1', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: long, ansible.builtin.shell: "touch {{ root }}/began; sleep 600", check_mode: false }
`,
    })
    const running = startCli({
      command: 'ansiblediff',
      args: ['site.yml', '-i', 'inventory.ini'],
      ...place(lab),
    })
    await until(() => existsSync(join(lab.host('web1'), 'began')))
    running.child.kill('SIGINT')
    expect((await running.ended).exitCode).toBe(130)
    expect((await runCli({ command: 'ansiblediff', args: [], ...place(lab) })).exitCode).toBe(1)
  })
})

describe('driftd scan', { timeout: 180_000 }, () => {
  it('scans an Ansible stack, remembers it in sync, and keeps secrets out of its database', async () => {
    const lab = await openAnsibleLab()
    await lab.write({ 'site.yml': SITE })
    await lab.apply()
    await mkdir(join(lab.folder, 'repository', 'state'))
    await lab.write({
      'driftd.yaml': `
version: 1
store: sqlite:state/driftd.db
repositories:
  - name: hosts
    url: .
    stacks:
      - { name: web, provider: ansible, playbook: site.yml, inventory: [inventory.ini] }
`,
    })
    expect((await scanConfigured(lab)).map(({ status }) => status)).toEqual(['in-sync'])

    await lab.write({
      'site.yml': SITE.replace('welcome', 'good day').replace('canary-no-log', 'canary-new'),
    })
    await lab.onHost('web1', 'spool/x', '')
    const [pending] = await scanConfigured(lab)
    expect(pending?.status).toBe('pending')
    expect(pending?.records.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      'pending motd',
      'pending password',
    ])

    const files = await readdir(join(lab.folder, 'repository', 'state'), {
      recursive: true,
      withFileTypes: true,
    })
    for (const file of files.filter((entry) => entry.isFile())) {
      expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain('canary')
    }
  })
})

/** Where a command runs and what it sees; its own caches and keys in the lab's home. */
function place(lab: AnsibleLab): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const home = join(lab.folder, 'home')
  return { cwd: join(lab.folder, 'repository'), env: { ...lab.env, XDG_RUNTIME_DIR: home } }
}

async function ansiblediff(
  lab: AnsibleLab,
  ...args: readonly string[]
): Promise<CliOutcome & { readonly scan: Scan }> {
  const all = ['site.yml', '-i', 'inventory.ini', '-o', 'json', ...args]
  const outcome = await runCli({ command: 'ansiblediff', args: all, ...place(lab) })
  expect(outcome.stdout + outcome.stderr).not.toContain('canary')
  return { ...outcome, scan: scansOf(outcome)[0] as Scan }
}

async function scanConfigured(lab: AnsibleLab): Promise<readonly Scan[]> {
  const outcome = await runCli({ command: 'driftd', args: ['scan', '-o', 'json'], ...place(lab) })
  expect(outcome.stdout + outcome.stderr).not.toContain('canary')
  return scansOf(outcome)
}

function scansOf(outcome: CliOutcome): readonly Scan[] {
  try {
    return (JSON.parse(outcome.stdout) as { readonly scans: readonly Scan[] }).scans
  } catch {
    throw new Error(`no report (exit code ${outcome.exitCode}):\n${outcome.stderr}\n${outcome.stdout}`)
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waits for did not happen within 60 s')
    await wait(20)
  }
}
