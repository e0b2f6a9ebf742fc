import { describe, expect, it } from 'vitest'
import { blindSpots, findingOf, openAnsibleLab, summary } from './lab.js'

describe('handlers', () => {
  it('lists them with the record that notifies them and never as drift of their own', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: configuration
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/conf" }
      notify: [restart, reload all]
    - name: flush
      ansible.builtin.meta: flush_handlers
    - name: after
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/after" }
  handlers:
    - name: restart
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/by-handler" }
    - name: heard
      ansible.builtin.command: "true"
      listen: reload all
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: after', 'deleted web1: configuration'])
    expect(findingOf(detection, 'configuration').detail).toBe(
      'would then run the handlers: restart, reload all',
    )
    expect(blindSpots(detection)).toEqual([])
  })

  it('takes a handler that fails in a check for an artifact, and what it hides for unread', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: configuration
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/conf" }
      notify: restart
    - name: flush
      ansible.builtin.meta: flush_handlers
    - name: after
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/after" }
  handlers:
    - name: restart
      ansible.builtin.service: { name: driftd-none, state: restarted }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: configuration'])
    expect(blindSpots(detection)).toEqual(['host-stopped web1: after', 'check-mode-artifact web1: restart'])
    expect(detection.isPartial).toBe(true)
  })
})

describe('delegation', () => {
  it('makes one record of what many hosts delegate to one target, with the differences of all', async () => {
    const lab = await openAnsibleLab(['web1', 'web2', 'balancer'])
    await lab.onHost('balancer', 'members', '')
    await lab.write({
      'site.yml': `
- hosts: web*
  gather_facts: false
  tasks:
    - name: join
      ansible.builtin.lineinfile: { path: "{{ hostvars.balancer.root }}/members", line: "server {{ inventory_hostname }}" }
      delegate_to: balancer
    - name: same for all
      ansible.builtin.copy: { content: "x\\n", dest: "{{ hostvars.balancer.root }}/conf" }
      delegate_to: balancer
    - name: looped
      ansible.builtin.copy: { content: "x\\n", dest: "{{ hostvars[item].root }}/looped" }
      delegate_to: "{{ item }}"
      loop: [web1, balancer]
      run_once: true
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'changed balancer: join',
      'deleted balancer: looped [balancer]',
      'deleted web1: looped [web1]',
      'deleted balancer: same for all',
    ])
    const declared = findingOf(detection, 'join').changes.map((change) => change.declared)
    expect(declared).toEqual(['server web1\n', 'server web2\n'])
  })

  it('keeps the identity of a run_once task when --limit makes another host run it', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: migrate
      ansible.builtin.copy: { content: "x\\n", dest: "{{ playbook_dir }}/../once" }
      run_once: true
`,
    })
    const all = await lab.detect()
    const second = await lab.detect({ options: { limit: 'web2' } })
    expect(summary(all)).toEqual(['deleted web1: migrate'])
    expect(summary(second)).toEqual(['deleted web2: migrate'])
    expect(second.findings[0]?.fingerprint).toBe(all.findings[0]?.fingerprint)
  })
})

describe('includes, roles and names', () => {
  it('tells apart tasks of the same file and line, and finds each in its source', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'tasks/part.yml':
        '- name: part {{ part }}\n  ansible.builtin.copy: { content: x, dest: "{{ root }}/{{ part }}" }\n',
      'roles/motd/tasks/main.yml':
        '\n- name: write\n  ansible.builtin.copy: { content: "{{ text }}", dest: "{{ root }}/{{ text }}" }\n' +
        '- ansible.builtin.file: { path: "{{ root }}/unnamed-{{ text }}", state: directory }\n',
      'other.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: imported, ansible.builtin.copy: { content: x, dest: "{{ root }}/imported" } }
`,
      'site.yml': `
- hosts: all
  gather_facts: false
  roles:
    - { role: motd, vars: { text: one } }
    - { role: motd, vars: { text: two } }
  tasks:
    - { ansible.builtin.include_tasks: tasks/part.yml, loop: [a, b], loop_control: { loop_var: part } }
    - { ansible.builtin.include_role: { name: motd }, vars: { text: three } }
    - { ansible.builtin.import_role: { name: motd }, vars: { text: four } }
- ansible.builtin.import_playbook: other.yml
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'deleted web1: imported',
      ...Array(4).fill('deleted web1: motd/ansible.builtin.file'),
      ...Array(4).fill('deleted web1: motd/write'),
      'deleted web1: part a',
      'deleted web1: part b',
    ])
    expect(new Set(detection.findings.map(({ fingerprint }) => fingerprint)).size).toBe(11)
    expect(findingOf(detection, 'part a').source).toEqual({ file: 'tasks/part.yml', line: 1 })
    expect(findingOf(detection, 'motd/write').source).toEqual({ file: 'roles/motd/tasks/main.yml', line: 2 })
    expect(findingOf(detection, 'imported').source?.file).toBe('other.yml')
  })

  it('sees hosts that appear in the middle, every batch, every strategy, and only tagged tasks', async () => {
    const lab = await openAnsibleLab(['web1', 'web2', 'web3'])
    await lab.write({
      'site.yml': `
- hosts: web1
  gather_facts: false
  tasks:
    - name: appears
      ansible.builtin.add_host:
        name: new1
        ansible_connection: local
        ansible_python_interpreter: "{{ ansible_playbook_python }}"
        root: "{{ root }}"
      tags: always
    - ansible.builtin.group_by: { key: "grouped_{{ inventory_hostname }}" }
- hosts: new1:web2
  gather_facts: false
  strategy: free
  tasks:
    - { name: free, ansible.builtin.copy: { content: x, dest: "{{ root }}/free" }, tags: [a, a, b] }
    - { name: untagged, ansible.builtin.copy: { content: x, dest: "{{ root }}/untagged" } }
- hosts: web*
  gather_facts: false
  serial: 1
  tasks:
    - { name: batch, ansible.builtin.copy: { content: x, dest: "{{ root }}/batch" }, tags: a }
    - { name: never, ansible.builtin.copy: { content: x, dest: "{{ root }}/never" }, tags: [never, a] }
`,
    })
    const detection = await lab.detect({ options: { tags: ['a'], skipTags: ['never'] } })
    expect(summary(detection)).toEqual([
      'deleted web1: batch',
      'deleted web2: batch',
      'deleted web3: batch',
      'deleted new1: free',
      'deleted web2: free',
    ])
    expect(detection.isPartial).toBe(false)
  })
})

describe('fingerprints and content hashes', () => {
  const site = (extra: string) => `
- hosts: all
  gather_facts: false
  tasks:
${extra}    - name: twin
      ansible.builtin.copy: { content: "one\\n", dest: "{{ root }}/one" }
    - name: twin
      ansible.builtin.copy: { content: "two\\n", dest: "{{ root }}/two" }
    - ansible.builtin.template: { src: motd.j2, dest: "{{ root }}/motd" }
    - name: lines
      ansible.builtin.blockinfile: { path: "{{ root }}/one", block: "x\\ny" }
`

  it('stay the same over scans, also when a line is added above a task', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({ 'motd.j2': 'motd of {{ inventory_hostname }}\n', 'site.yml': site('') })
    for (const host of ['web1', 'web2']) {
      await lab.onHost(host, 'one', 'by hand\n')
      await lab.onHost(host, 'motd', 'by hand\n')
    }
    const prints = async () =>
      (await lab.detect()).findings.map(({ id, fingerprint, contentHash }) => [id, fingerprint, contentHash])
    const first = await prints()
    await lab.write({ 'site.yml': site('    # a comment\n    - ansible.builtin.debug: { msg: hello }\n\n') })
    expect(await prints()).toEqual(first)
    expect(first).toHaveLength(8)
    await lab.onHost('web1', 'motd', 'by hand again\n')
    const changed = await prints()
    expect(changed.map(([id]) => id)).toEqual(first.map(([id]) => id))
    expect(changed.filter(([, , hash], index) => hash !== first[index]?.[2])).toHaveLength(1)
  })
})
