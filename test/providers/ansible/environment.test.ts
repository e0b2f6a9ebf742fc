import { mkdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findAnsibleConfig } from '../../../providers/ansible/ansible-config.js'
import { commandLine } from '../../../providers/ansible/command-line.js'
import { ansibleEnvironment } from '../../../providers/ansible/environment.js'
import { parseAnsibleOptions } from '../../../providers/ansible/options.js'
import { makeRunFolders } from '../../../providers/ansible/run-folders.js'
import { tempFolder } from '../../lib/temp-folder.js'

async function environmentWith(
  configText: string | null,
  env: Readonly<Record<string, string>> = {},
  keepCallbacks: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const folder = tempFolder()
  if (configText !== null) await writeFile(join(folder, 'ansible.cfg'), configText)
  const config = await findAnsibleConfig(folder, { HOME: folder, ...env })
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  const folders = await makeRunFolders(scratch, config, { HOME: folder, ...env })
  await folders.remove()
  return ansibleEnvironment({ env, config, folders, pluginFolder: '/plugins', keepCallbacks, cores: 2 })
}

describe('the environment of ansible-playbook', () => {
  it('bounds tasks and connections, pipelines over ssh, and reads as many hosts at once as Ansible', async () => {
    expect(await environmentWith(null)).toMatchObject({
      ANSIBLE_TASK_TIMEOUT: '300',
      ANSIBLE_TIMEOUT: '10',
      ANSIBLE_SSH_PIPELINING: '1',
      ANSIBLE_FORKS: '5',
      ANSIBLE_CALLBACK_PLUGINS: '/plugins',
      ANSIBLE_CALLBACKS_ENABLED: 'driftd_events',
      ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1',
    })
  })

  it('gives way to what the user has set, in ansible.cfg or in the environment', async () => {
    const own = `[defaults]
forks = 3 ; a comment
task_timeout=7
interpreter_python: /usr/local/bin/python
[ssh_connection]
pipelining = False
ssh_args = -o ProxyJump=bastion
`
    const environment = await environmentWith(own, { ANSIBLE_TIMEOUT: '99' })
    expect(environment.ANSIBLE_TIMEOUT).toBe('99')
    for (const name of [
      ...['ANSIBLE_FORKS', 'ANSIBLE_TASK_TIMEOUT', 'ANSIBLE_PYTHON_INTERPRETER', 'ANSIBLE_SSH_PIPELINING'],
      'ANSIBLE_SSH_ARGS',
    ]) {
      expect(environment).not.toHaveProperty(name)
    }
  })

  it('does not give way where a log, a cache or another callback would hear of the check', async () => {
    const own =
      '[defaults]\nlog_path=/var/log/a\nstdout_callback=yaml\nfact_caching=jsonfile\ncallback_plugins=./cb\n'
    expect(await environmentWith(own, { ANSIBLE_STDOUT_CALLBACK: 'yaml' })).toMatchObject({
      ANSIBLE_LOG_PATH: '/dev/null',
      ANSIBLE_STDOUT_CALLBACK: 'driftd_silent',
      ANSIBLE_CACHE_PLUGIN: 'memory',
      ANSIBLE_CALLBACK_PLUGINS: '/plugins',
    })
    const kept = await environmentWith(own, {}, ['ara_default'])
    expect(kept.ANSIBLE_CALLBACKS_ENABLED).toBe('driftd_events,ara_default')
    expect(kept.ANSIBLE_CALLBACK_PLUGINS).toMatch(/^\/plugins:.*\/cb$/)
  })

  it('keeps the collections and roles of the user in a private home with short socket paths', async () => {
    const folder = tempFolder()
    await mkdir(join(folder, '.ansible', 'collections'), { recursive: true })
    await mkdir(join(folder, '.ansible', 'tmp'))
    await mkdir(join(folder, 'scratch'))
    const folders = await makeRunFolders(join(folder, 'scratch'), await findAnsibleConfig(folder, {}), {
      HOME: folder,
    })
    await folders.remove()
    expect(await readlink(join(folders.home, 'collections'))).toBe(join(folder, '.ansible', 'collections'))
    await expect(readlink(join(folders.home, 'tmp'))).rejects.toThrow('ENOENT')
    // 104 bytes at least, less a slash, the 40 of %C and the 17 that ssh adds
    expect(Buffer.byteLength(folders.control)).toBeLessThanOrEqual(104 - 1 - 40 - 17)
  })
})

describe('the command line', () => {
  it('never lets a value be taken for an option, nor a mapping be seen by other users', () => {
    const options = parseAnsibleOptions({
      playbook: '-site.yml',
      inventory: ['-i'],
      limit: '--flush-cache',
      tags: ['-t'],
      extraVars: { password: 'hunter2' },
      vaultIds: ['prod@file'],
      forks: 4,
    })
    expect(commandLine(options, { extraVarsFile: '/scratch/vars.json', isCheck: true })).toEqual([
      '--check',
      '--diff',
      '--inventory=-i',
      '--limit=--flush-cache',
      '--tags=-t',
      '--extra-vars=@/scratch/vars.json',
      '--vault-id=prod@file',
      '--forks=4',
      '--',
      '-site.yml',
    ])
  })
})
