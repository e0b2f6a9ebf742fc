import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AnsibleLab, findingOf, openAnsibleLab, summary } from './lab.js'

const execute = promisify(execFile)

describe('secrets', () => {
  it('shows no vaulted value, wherever it stands and whoever decrypted it, and leaves none in a file', async () => {
    const lab = await openAnsibleLab()
    await writeFile(join(lab.folder, 'password'), 'vault password\n')
    await lab.write({
      'group_vars/all/vault.yml': await vaulted(lab, 'database_password: canary-group-vars\nport: 5432\n'),
      'late.yml': await vaulted(lab, 'late: { inner: [canary-include-vars] }\n'),
      'extra.yml': await vaulted(lab, 'extra: canary-extra-vars\n'),
      'secret.conf': await vaulted(lab, 'some line\ncanary-file-line = 1\n'),
      'group_vars/all/inline.yml': `inline: ${await inline(lab, 'canary-inline')}\n`,
      'app.conf.j2': 'name=app\npassword={{ database_password }}\n',
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: template, ansible.builtin.template: { src: app.conf.j2, dest: "{{ root }}/app.conf" } }
    - { name: late, ansible.builtin.include_vars: late.yml }
    - { name: included, ansible.builtin.copy: { content: "{{ late.inner[0] }}\\n", dest: "{{ root }}/late" } }
    - { name: extra, ansible.builtin.copy: { content: "{{ extra }}\\n", dest: "{{ root }}/extra" } }
    - { name: inline, ansible.builtin.copy: { content: "{{ inline }}\\n", dest: "{{ root }}/inline" } }
    - { name: file, ansible.builtin.copy: { src: secret.conf, dest: "{{ root }}/secret.conf" } }
    - { name: open, ansible.builtin.copy: { content: "nothing to hide\\n", dest: "{{ root }}/open" } }
    - { name: "named {{ inline }}", ansible.builtin.copy: { content: "{{ item }}\\n", dest: "{{ root }}/{{ item }}" }, loop: ["{{ extra }}"] }
    - { name: said, ansible.builtin.file: { path: "{{ root }}/{{ inline }}", state: file }, ignore_errors: true }
`,
    })
    // the password of the last deployment: in no list of known values
    await lab.onHost('web1', 'app.conf', 'name=app\npassword=canary-rotated\n')
    const scratch = join(lab.folder, 'kept-scratch')
    await mkdir(scratch)
    const detection = await lab.detect({
      scratch,
      options: { vaultPasswordFile: '../password', extraVars: ['@extra.yml'] },
    })
    expect(summary(detection)).toEqual([
      'deleted web1: extra',
      'deleted web1: file',
      'deleted web1: included',
      'deleted web1: inline',
      'deleted web1: named (sensitive) [(sensitive)]',
      'deleted web1: open',
      'changed web1: template',
    ])
    expect(JSON.stringify(detection)).not.toContain('canary')
    expect(findingOf(detection, 'template').changes).toEqual([
      { path: ['content'], cause: 'outside', sensitive: true },
    ])
    expect(findingOf(detection, 'open').changes[0]?.declared).toBe('nothing to hide\n')
    expect(await filesWith(scratch, 'canary')).toEqual([])
  })

  it('tells that a rotated password differs without showing either, and scrubs what it was told', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: conf, ansible.builtin.copy: { content: "password={{ token }}\\n", dest: "{{ root }}/conf" } }
    - { name: key, ansible.builtin.copy: { src: id, dest: "{{ root }}/id" } }
    - { name: fails with it, ansible.builtin.file: { path: "{{ root }}/{{ token }}", state: file }, ignore_errors: true }
`,
      id: '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-key-material\n-----END OPENSSH PRIVATE KEY-----\n',
    })
    const hashes: string[] = []
    for (const old of ['canary-old-1', 'canary-old-2']) {
      await lab.onHost('web1', 'conf', `password=${old}\n`)
      const detection = await lab.detect({
        secrets: ['canary-new-token'],
        options: { extraVars: { token: 'canary-new-token' } },
      })
      expect(JSON.stringify(detection)).not.toContain('canary')
      hashes.push(findingOf(detection, 'conf').contentHash)
    }
    expect(hashes[0]).not.toBe(hashes[1])
  })
})

async function vaulted(lab: AnsibleLab, text: string): Promise<string> {
  const file = join(lab.folder, 'plain')
  await writeFile(file, text)
  const env = { ...process.env, ...lab.env }
  await execute('ansible-vault', ['encrypt', '--vault-password-file', join(lab.folder, 'password'), file], {
    env,
  })
  return readFile(file, 'utf8')
}

async function inline(lab: AnsibleLab, text: string): Promise<string> {
  const args = ['encrypt_string', '--vault-password-file', join(lab.folder, 'password'), text]
  const { stdout } = await execute('ansible-vault', args, { env: { ...process.env, ...lab.env } })
  return stdout.trim()
}

async function filesWith(folder: string, needle: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return (await stat(path)).isFile() && (await readFile(path, 'latin1')).includes(needle) ? [name] : []
    }),
  )
  return found.flat()
}
