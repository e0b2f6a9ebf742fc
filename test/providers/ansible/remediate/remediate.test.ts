import { existsSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import type { ApplyRun, Prepared } from '../../../../src/scan/provider.js'
import { type AnsibleLab, openAnsibleLab } from '../lab.js'

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - name: settings
      ansible.builtin.copy: { content: "mode = safe\\n", dest: "{{ root }}/settings" }
      notify: reload
    - name: index
      ansible.builtin.command: { cmd: "touch {{ root }}/indexed" }
    - name: secret
      ansible.builtin.copy: { content: "{{ token }}", dest: "{{ root }}/secret" }
      no_log: true
  handlers:
    - name: reload
      ansible.builtin.shell: { cmd: "echo reloaded >> {{ root }}/log" }
`

async function open(): Promise<AnsibleLab> {
  const lab = await openAnsibleLab(['web1', 'web2'])
  await lab.write({ 'site.yml': SITE, 'group_vars/all.yml': 'token: ansible-canary-4711\n' })
  await lab.apply()
  return lab
}

function run(lab: AnsibleLab, prepared: Prepared, overrides: Partial<ApplyRun> = {}) {
  const { signal } = new AbortController()
  return prepared.apply({ env: lab.env, secrets: [], signal, onStart: async () => undefined, ...overrides })
}

it('shows what it would change and what it cannot preview, runs just that, and says what it changed', async () => {
  const lab = await open()
  await lab.onHost('web1', 'settings', 'mode = wild\n')
  await lab.onHost('web2', 'settings', 'mode = wild\n')
  const prepared = await lab.prepare(['web1'])
  expect((await lab.prepare(['web1'])).proposal).toEqual(prepared.proposal)
  expect(prepared.proposal).toMatchObject({
    action: 'run-playbook',
    destroys: 0,
    replaces: 0,
    changes: [{ address: 'settings', host: 'web1', action: 'update', cause: 'drift' }],
    unpreviewed: ['web1: index (no-check-mode)', 'web1: reload (handler)'],
  })
  expect(JSON.stringify(prepared.proposal)).not.toContain('canary')
  expect(prepared.proposal.warnings).toHaveLength(1)
  let processGroup = 0
  const onStart = async (pid: number): Promise<void> => {
    processGroup = pid
    expect(await lab.readHost('web1', 'settings')).toBe('mode = wild\n')
  }
  const outcome = await run(lab, prepared, { onStart })
  expect(outcome).toMatchObject({ status: 'applied', message: null })
  expect(outcome.changed.map(({ host, address, action }) => `${host}: ${address} ${action}`)).toEqual([
    'web1: settings update',
    'web1: index run',
    'web1: reload run',
  ])
  expect(existsSync(`/proc/${processGroup}`)).toBe(false)
  expect(await lab.readHost('web1', 'settings')).toBe('mode = safe\n')
  expect(await lab.readHost('web2', 'settings')).toBe('mode = wild\n')
})

it('gives another digest when the world, a hidden file or the inventory is another', async () => {
  const lab = await open()
  await lab.onHost('web1', 'settings', 'mode = wild\n')
  const digests = [(await lab.prepare()).proposal.digest]
  await lab.onHost('web1', 'settings', 'mode = other\n')
  digests.push((await lab.prepare()).proposal.digest)
  await lab.onHost('web1', 'secret', 'rotated by hand')
  const { digest, warnings } = (await lab.prepare()).proposal
  digests.push(digest)
  expect(warnings).toContainEqual(expect.stringContaining('what they replace on the host may not be'))
  await lab.write({ 'host_vars/web2.yml': 'unused: true\n' })
  digests.push((await lab.prepare()).proposal.digest)
  expect(new Set(digests).size).toBe(digests.length)
})

it('prepares nothing where a host does not answer, and changes nothing that could not be written down', async () => {
  const lab = await open()
  await lab.onHost('web1', 'settings', 'mode = wild\n')
  const prepared = await lab.prepare()
  const onStart = (): Promise<never> => Promise.reject(new Error('the disk is full'))
  expect(await run(lab, prepared, { onStart })).toMatchObject({ status: 'failed', changed: [] })
  expect(await lab.readHost('web1', 'settings')).toBe('mode = wild\n')
  await lab.write({
    'host_vars/web2.yml': 'ansible_connection: ssh\nansible_host: 127.0.0.1\nansible_port: 9\n',
  })
  await expect(lab.prepare()).rejects.toMatchObject({ code: 'HOSTS_UNREACHABLE' })
  expect((await lab.prepare(['web1'])).proposal.changes).toHaveLength(1)
  await expect(lab.prepare(['web1', '!web2'])).rejects.toMatchObject({ code: 'REMEDIATION_UNSUPPORTED' })
})

it('is unknown when it was interrupted, and failed when a task failed', async () => {
  const lab = await open()
  const waiting = SITE.replace(
    'cmd: "touch {{ root }}/indexed"',
    'argv: [sh, -c, "touch {{ root }}/waiting; sleep 60"]',
  )
  await lab.write({ 'site.yml': waiting })
  const prepared = await lab.prepare(['web1'])
  const controller = new AbortController()
  const running = run(lab, prepared, { signal: controller.signal })
  await vi.waitUntil(() => existsSync(`${lab.host('web1')}/waiting`), { timeout: 60_000 })
  controller.abort(new Error('the daemon stops'))
  expect(await running).toMatchObject({ status: 'unknown' })
  await lab.write({ 'site.yml': SITE.replace('touch {{ root }}/indexed', 'false') })
  const outcome = await run(lab, await lab.prepare(['web1']))
  expect(outcome.status).toBe('failed')
  expect(outcome.message).toContain('web1: index')
})
