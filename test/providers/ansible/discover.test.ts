import { describe, expect, it } from 'vitest'
import { discoverPlaybooks } from '../../../providers/ansible/discover.js'
import { listPlaybookInputs } from '../../../providers/ansible/inputs.js'
import { parseAnsibleOptions } from '../../../providers/ansible/options.js'
import type { Tree } from '../../../src/scan/provider.js'

function treeOf(files: Readonly<Record<string, string>>): Tree {
  return {
    files: Object.keys(files).sort(),
    readText: async (file) => files[file] ?? null,
  }
}

const PLAY = '- hosts: all\n  tasks: []\n'

describe('discover', () => {
  it('finds playbooks that no other imports, broken ones too, and leaves all other YAML alone', async () => {
    const tree = treeOf({
      'inventory.ini': 'web1',
      'playbooks/site.yml': '- import_playbook: web.yml\n',
      'playbooks/web.yml': PLAY,
      'playbooks/tasks/more.yml': '- debug:\n',
      'playbooks/roles/a/tasks/main.yml': PLAY,
      'playbooks/group_vars/all.yml': '- hosts: x\n',
      'values.yml': 'hosts: all\n',
      'broken.yml': '- hosts: [\n',
      '.github/workflows/ci.yml': PLAY,
    })
    expect(await discoverPlaybooks(tree)).toEqual(
      ['broken.yml', 'playbooks/site.yml'].map((playbook) => {
        return { provider: 'ansible', path: '.', options: { playbook, inventory: ['inventory.ini'] } }
      }),
    )
  })

  it('makes one stack for each inventory, and asks ansible.cfg first', async () => {
    const several = treeOf({
      'site.yml': PLAY,
      'inventories/prod/hosts': 'a',
      'inventories/prod/group_vars/all.yml': 'x: 1',
      'inventories/staging': 'b',
    })
    expect((await discoverPlaybooks(several)).map(({ options }) => options.inventory)).toEqual([
      ['inventories/prod'],
      ['inventories/staging'],
    ])
    const configured = treeOf({
      'ops/ansible.cfg': '[defaults]\ninventory = hosts.ini\n',
      'ops/plays/site.yml': PLAY,
      'ops/hosts.ini': 'a',
    })
    expect(await discoverPlaybooks(configured)).toEqual([
      { provider: 'ansible', path: 'ops', options: { playbook: 'plays/site.yml' } },
    ])
  })
})

describe('inputs', () => {
  const inputsOf = (files: Readonly<Record<string, string>>, options: object = {}, path = '.') => {
    const parsed = parseAnsibleOptions({ playbook: 'site.yml', inventory: ['hosts'], ...options })
    const stack = {
      name: 'web',
      provider: 'ansible',
      repository: null,
      path,
      labels: {},
      timeoutMs: 1,
      minCoverage: 1,
      options: parsed,
    }
    return listPlaybookInputs(stack, treeOf(files))
  }

  it('follows imports, includes, roles with their dependencies, variables, inventory and configuration', async () => {
    const files = {
      'site.yml': `
- import_playbook: web/more.yml
- hosts: all
  vars_files: [vars.yml]
  roles: [common, { role: app }]
  tasks:
    - block:
        - ansible.builtin.include_tasks: extra/one.yml
    - include_role: { name: late }
    - template: { src: x.j2, dest: /x }
`,
      'web/more.yml': PLAY,
      'web/group_vars/all.yml': '',
      'vars.yml': 'a: 1',
      'extra/one.yml': '- import_tasks: two.yml\n',
      'extra/two.yml': '- debug:\n',
      'roles/common/tasks/main.yml': '- import_tasks: sub.yml\n',
      'roles/common/tasks/sub.yml': '- debug:\n',
      'roles/app/meta/main.yml': 'dependencies: [base]\n',
      'roles/base/files/x': '',
      'roles/late/tasks/main.yml': '- debug:\n',
      'templates/x.j2': '',
      'group_vars/all.yml': '',
      'host_vars/web1.yml': '',
      hosts: 'web1',
      'ansible.cfg': '',
      'more-vars.yml': '',
    }
    const others = { 'other.yml': PLAY, 'roles/unused/tasks/main.yml': '', 'terraform/main.tf': '' }
    expect(await inputsOf({ ...files, ...others }, { extraVars: ['@more-vars.yml', 'a=b'] })).toEqual(
      Object.keys(files).sort(),
    )
  })

  it('takes everything that a computed name may mean', async () => {
    const files = {
      'ops/site.yml':
        '- hosts: all\n  roles: ["{{ role }}"]\n  tasks:\n    - include_tasks: "{{ os }}.yml"\n',
      'ops/debian.yml': '- debug:\n',
      'ops/roles/a/tasks/main.yml': '',
      'ops/roles/b/tasks/main.yml': '',
      'ops/hosts': '',
    }
    expect(await inputsOf({ ...files, 'elsewhere/x.yml': '' }, {}, 'ops')).toEqual(Object.keys(files).sort())
  })
})
