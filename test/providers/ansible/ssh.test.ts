import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DriftError } from '../../../src/domain/errors.js'
import { type SshServer, startSshServer } from '../../helpers/ssh-server.js'
import { blindSpots, openAnsibleLab, summary } from './lab.js'

const TASKS = `
    - { name: motd, ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd" } }
    - { name: blind, ansible.builtin.command: "true" }
`

describe('hosts behind a real sshd', () => {
  it('gives the same records as over local connections, and leaves no shared connection open', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    const server = await openServer()
    for (const host of ['web1', 'web2']) await lab.onHost(host, 'motd', 'by hand\n')
    await lab.write({ 'site.yml': `- hosts: all\n  gather_facts: false\n  tasks:${TASKS}` })
    const local = await lab.detect()
    const hosts = ['web1', 'web2'].map((name) => server.host(name, lab.host(name)))
    await lab.write({ 'inventory.ini': `${hosts.join('\n')}\n` })
    const remote = await lab.detect()
    expect(summary(remote)).toEqual(['changed web1: motd', 'changed web2: motd'])
    expect(remote.findings.map(({ fingerprint, contentHash }) => [fingerprint, contentHash])).toEqual(
      local.findings.map(({ fingerprint, contentHash }) => [fingerprint, contentHash]),
    )
    expect(blindSpots(remote)).toEqual(['no-check-mode web1: blind', 'no-check-mode web2: blind'])
    expect(connectionsTo(server.port)).toEqual([])
  })

  it('names what a host never answered that died in the middle', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    const dying = await openServer()
    const living = await openServer()
    await lab.write({
      'inventory.ini': `${dying.host('web1', lab.host('web1'))}\n${living.host('web2', lab.host('web2'))}\n`,
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: before, ansible.builtin.copy: { content: x, dest: "{{ root }}/before" } }
    - name: dies
      ansible.builtin.shell: "pkill -9 -P ${dying.pid}; kill -9 ${dying.pid}"
      delegate_to: localhost
      vars: { ansible_connection: local }
      check_mode: false
      run_once: true
    - { name: after, ansible.builtin.copy: { content: x, dest: "{{ root }}/after" } }
    - { name: later, ansible.builtin.copy: { content: x, dest: "{{ root }}/later" } }
`,
    })
    const detection = await lab.detect({ env: { ANSIBLE_SSH_RETRIES: '0' } })
    expect(summary(detection)).toEqual([
      'deleted web2: after',
      'deleted web1: before',
      'deleted web2: before',
      'deleted web2: later',
    ])
    expect(blindSpots(detection)).toEqual(['host-unreachable web1: after', 'host-unreachable web1: later'])
    expect(detection).toMatchObject({ isPartial: true, coverageRatio: 1 / 3 })
  })

  it('ends the module on the host and every connection when it is stopped without pipelining', async () => {
    const lab = await openAnsibleLab()
    const server = await openServer()
    const name = randomUUID()
    await lab.write({
      'inventory.ini': server.host('web1', lab.host('web1')),
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: long, ansible.builtin.shell: ": ${name}; touch {{ root }}/began; sleep 600", check_mode: false }
`,
    })
    const controller = new AbortController()
    const failure = lab.failure({ signal: controller.signal, env: { ANSIBLE_PIPELINING: '0' } })
    await until(() => existsSync(join(lab.host('web1'), 'began')))
    controller.abort(new DriftError('INTERRUPTED', 'stopped by the test'))
    expect((await failure).code).toBe('INTERRUPTED')
    await until(() => processesNaming(name).length === 0)
    expect(connectionsTo(server.port)).toEqual([])
  })
})

async function openServer(): Promise<SshServer> {
  const server = await startSshServer()
  onTestFinished(server.stop)
  return server
}

/** Established connections to the server (proc(5), tcp): a shared one renames its process, so its name tells nothing. */
function connectionsTo(port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(suffix) && state === '01')
    .map((fields) => fields.slice(1, 4).join(' '))
}

function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map(commandLineOf)
    .filter((line) => line.includes(text))
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waits for did not happen within 30 s')
    await wait(20)
  }
}
