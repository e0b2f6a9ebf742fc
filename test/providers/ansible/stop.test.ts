import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DriftError } from '../../../src/domain/errors.js'
import { type AnsibleLab, openAnsibleLab } from './lab.js'

/** A play whose task runs for real for ten minutes and says when it began; `detached` leaves its session as well. */
async function longLab(name: string): Promise<AnsibleLab> {
  const lab = await openAnsibleLab()
  await lab.write({
    'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: long
      ansible.builtin.shell: |
        setsid sh -c ': ${name}; sleep 600' &
        : ${name}; touch {{ root }}/began; sleep 600
      check_mode: false
`,
  })
  return lab
}

describe('a scan that is stopped', () => {
  it('leaves nothing that it started, on a signal in the middle of a task', async () => {
    const name = randomUUID()
    const lab = await longLab(name)
    const scratch = join(lab.folder, 'stopped')
    await mkdir(scratch)
    const controller = new AbortController()
    const failure = lab.failure({ signal: controller.signal, scratch })
    await until(() => existsSync(join(lab.host('web1'), 'began')))
    const control = controlFolderOf(processesNaming(name)[0] ?? '')
    expect(existsSync(control)).toBe(true)
    controller.abort(new DriftError('INTERRUPTED', 'stopped by the test'))
    expect(await failure).toMatchObject({ code: 'INTERRUPTED' })
    expect(processesNaming(name)).toEqual([])
    expect(existsSync(control)).toBe(false)
  })

  it('has no verdict when the engine is killed, also where the last event is cut', async () => {
    const name = randomUUID()
    const lab = await longLab(name)
    const engine = join(lab.folder, 'killed-playbook')
    await writeFile(
      engine,
      `#!/bin/sh\nprintf '{"t":"start","v":1,"core":"2.14.0","python":"3","unmatchedLimits":[]}\\n{"t":"pl' > "$(dirname "$DRIFTD_CALLBACK_SETTINGS")/events.jsonl"\nkill -9 $$\n`,
      { mode: 0o755 },
    )
    expect(await lab.failure({ options: { engine } })).toMatchObject({
      code: 'ENGINE_KILLED',
      retryable: true,
    })
  })

  it('has no verdict when the engine ends without a word, whatever its exit code', async () => {
    const lab = await openAnsibleLab()
    await lab.write({ 'site.yml': '- hosts: all\n  tasks: []\n' })
    const engine = join(lab.folder, 'silent-playbook')
    await writeFile(engine, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    expect(await lab.failure({ options: { engine } })).toMatchObject({ code: 'NO_STATS' })
  })

  it('bounds one task by the task timeout and goes on', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: hangs, ansible.builtin.command: sleep 60, check_mode: false, timeout: 2, ignore_errors: true }
    - { name: after, ansible.builtin.file: { path: "{{ root }}", state: directory } }
`,
    })
    const detection = await lab.detect()
    expect(detection.coverage).toMatchObject({
      verified: 1,
      unverified: [{ what: 'web1: hangs', reason: 'host-stopped' }],
    })
  })
})

/** Processes whose command line holds the text, ours left out. */
function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => commandLineOf(pid).includes(text))
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** The folder of ssh sockets that a process of the run was told. */
function controlFolderOf(pid: string): string {
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  return environment.find((line) => line.startsWith('ANSIBLE_SSH_CONTROL_PATH_DIR='))?.split('=')[1] ?? ''
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waits for did not happen within 30 s')
    await wait(20)
  }
}
