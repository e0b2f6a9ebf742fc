import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY_ROOT } from '../../helpers/source-tree.js'
import { tempFolder } from '../../lib/temp-folder.js'

/** What stands in for Ansible, with the one parameter that `decrypt` has left since ansible-core 2.19. */
const SCRIPT = `
import sys, types

class Vault:
    secrets = ['one']
    def decrypt(self, vaulttext):
        print(vaulttext.decode())

for name, content in {'ansible': {'context': types.SimpleNamespace(CLIARGS={})}, 'ansible.parsing': {},
                      'ansible.parsing.vault': {'VaultLib': Vault}}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(content)

from driftd_callback.vault import reread_early_files

class Loader:
    _vault = Vault()
    _FILE_CACHE = {path: None for path in sys.argv[1:]}

reread_early_files(Loader())
`

it('decrypts what was read before it with the VaultLib of every core, so that its values are known as secrets', () => {
  const folder = tempFolder()
  const [vaulted, plain] = ['vaulted.yml', 'plain.yml'].map((name) => join(folder, name))
  writeFileSync(vaulted ?? '', '$ANSIBLE_VAULT;1.1;AES256')
  writeFileSync(plain ?? '', 'a: b')
  const env = {
    PATH: process.env.PATH ?? '',
    PYTHONPATH: join(REPOSITORY_ROOT, 'providers/ansible/callback'),
  }
  const args = ['-B', '-c', SCRIPT, vaulted ?? '', plain ?? '']
  expect(execFileSync('python3', args, { env, encoding: 'utf8' })).toBe('$ANSIBLE_VAULT;1.1;AES256\n')
})
