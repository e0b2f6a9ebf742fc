import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAnsibleLab, summary } from './lab.js'

const PLAY = (tasks: string) => `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`
const COPY = '    - { name: copy, ansible.builtin.copy: { content: x, dest: "{{ root }}/x" } }\n'

describe('a playbook that cannot be scanned', () => {
  it.each([
    ['YAML that is none', '- hosts: all\n  tasks: [\n', 'PLAYBOOK_INVALID', /site\.yml/],
    ['a play without hosts', '- tasks: []\n', 'PLAYBOOK_INVALID', /hosts/],
    ['an unknown keyword', '- hosts: all\n  taskz: []\n', 'PLAYBOOK_INVALID', /taskz/],
    ['a missing role', '- hosts: all\n  roles: [nowhere]\n', 'ROLE_MISSING', /nowhere/],
    ['a missing module', PLAY('    - nosuchmodule: {}\n'), 'MODULE_MISSING', /nosuchmodule/],
    [
      'a missing collection',
      PLAY('    - acme.tools.thing: {}\n'),
      'COLLECTION_MISSING',
      /acme\.tools\.thing/,
    ],
    ['hosts that match nothing', '- hosts: database\n  tasks: []\n', 'NO_HOSTS_MATCHED', /no play matches/],
    ['nothing but talk', PLAY('    - ansible.builtin.debug: { msg: x }\n'), 'NOTHING_CHECKED', /no task/],
    [
      'a prompt without a default',
      `- hosts: all\n  gather_facts: false\n  vars_prompt: [{ name: release }]\n  tasks:\n${COPY}`,
      'PROMPT_REQUIRED',
      /release/,
    ],
  ])('says so for %s', async (_, site, code, words) => {
    const lab = await openAnsibleLab()
    await lab.write({ 'site.yml': site })
    const error = await lab.failure()
    expect(error.code).toBe(code)
    expect(error.message).toMatch(words)
  })

  it('says so for limits, tags, files and passwords that are not there', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': PLAY(COPY),
      'broken.ini': '[web\nx=\n',
      'vaulted.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
      'vars.yml': PLAY(COPY).replace('  tasks', '  vars_files: [vaulted.yml]\n  tasks'),
    })
    const codeOf = async (options: Parameters<typeof lab.failure>[0]) => (await lab.failure(options)).code
    expect(await codeOf({ options: { limit: 'db' } })).toBe('NO_HOSTS_MATCHED')
    expect(await codeOf({ options: { limit: 'web1:typo' } })).toBe('NO_HOSTS_MATCHED')
    expect(summary(await lab.detect({ options: { limit: 'web1:!retired' } }))).toEqual(['deleted web1: copy'])
    expect(await codeOf({ options: { tags: ['nosuchtag'] } })).toBe('TAG_UNMATCHED')
    expect(await codeOf({ options: { playbook: 'nowhere.yml' } })).toBe('PLAYBOOK_NOT_FOUND')
    expect(await codeOf({ options: { inventory: ['nowhere'] } })).toBe('INVENTORY_INVALID')
    expect(await codeOf({ options: { inventory: ['inventory.ini', 'broken.ini'] } })).toBe(
      'INVENTORY_INVALID',
    )
    expect(await codeOf({ options: { vaultPasswordFile: 'nowhere' } })).toBe('VAULT_PASSWORD_MISSING')
    expect(await codeOf({ options: { vaultIds: ['prod@prompt'] } })).toBe('PROMPT_REQUIRED')
    expect(await codeOf({ options: { playbook: 'vars.yml' } })).toBe('VAULT_PASSWORD_MISSING')
    expect(await codeOf({ options: { engine: 'ansible-playbook-none' } })).toBe('ENGINE_MISSING')
    expect(await codeOf({ path: 'nowhere' })).toBe('NOT_A_DIRECTORY')
  })

  it('takes the default of a prompt and warns, and warns of a play without hosts', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  vars_prompt: [{ name: release, default: stable }]
  tasks:
    - { name: copy, ansible.builtin.copy: { content: "{{ release }}", dest: "{{ root }}/x" } }
    - { name: pause, ansible.builtin.pause: { prompt: go on? } }
- { name: databases, hosts: database, tasks: [] }
`,
    })
    const detection = await lab.detect()
    expect(detection.findings[0]?.changes[0]?.declared).toBe('stable')
    expect(detection.warnings.map(({ code }) => code)).toEqual(['PROMPT_DEFAULTED', 'PLAY_WITHOUT_HOSTS'])
  })

  it('refuses a folder that everybody may write to, because Ansible ignores its ansible.cfg', async () => {
    const lab = await openAnsibleLab()
    await lab.write({ 'site.yml': PLAY(COPY), 'ansible.cfg': '[defaults]\nroles_path = x\n' })
    await chmod(join(lab.folder, 'repository'), 0o777)
    expect((await lab.failure()).code).toBe('WORLD_WRITABLE_FOLDER')
  })

  it('keeps the callbacks, the stdout_callback and the log of a repository quiet, unless they are kept', async () => {
    const lab = await openAnsibleLab()
    const told = join(lab.folder, 'told')
    const callback = (name: string, type: string) => `
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = '${type}'
    CALLBACK_NAME = '${name}'
    def v2_playbook_on_start(self, playbook):
        open('${told}', 'a').write('${name} start\\n')
    def v2_playbook_on_stats(self, stats):
        open('${told}', 'a').write('${name} stats\\n')
`
    await writeFile(told, '')
    await mkdir(join(lab.folder, 'repository', 'callback_plugins'))
    await lab.write({
      'site.yml': PLAY(COPY),
      'ansible.cfg': `[defaults]\nstdout_callback = loud\nlog_path = ${told}\ncallbacks_enabled = slack\n`,
      'callback_plugins/aaa_early.py': callback('aaa_early', 'notification'),
      'callback_plugins/slack.py': callback('slack', 'notification'),
      'callback_plugins/loud.py': callback('loud', 'stdout'),
    })
    expect(summary(await lab.detect())).toEqual(['deleted web1: copy'])
    expect(await readFile(told, 'utf8')).toBe('')
    await lab.detect({ options: { keepCallbacks: ['slack'] } })
    expect(await readFile(told, 'utf8')).toBe('slack start\nslack stats\n')
  })
})
