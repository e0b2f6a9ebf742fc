import { describe, expect, it } from 'vitest'
import { blindSpots, findingOf, openAnsibleLab, summary } from './lab.js'

describe('loops', () => {
  it('reports each item by itself: in sync, changed, skipped and failed', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'same', 'same\n')
    await lab.onHost('web1', 'other', 'by hand\n')
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: files
      ansible.builtin.copy: { content: "{{ item.text }}\\n", dest: "{{ root }}/{{ item.name }}", mode: "0644" }
      loop:
        - { name: same, text: same }
        - { name: other, text: other }
        - { name: never, text: never, skip: true }
        - { name: same/below-a-file, text: x }
      when: not (item.skip | default(false))
      ignore_errors: true
    - name: owners
      ansible.builtin.file: { path: "{{ root }}/{{ item.name }}", owner: "{{ item.owner | default(omit) }}" }
      loop: [{ name: same }, { name: other, owner: nobodyknows }]
      ignore_errors: true
    - name: several editions
      ansible.builtin.lineinfile: { path: "{{ root }}/same", line: "{{ item }}" }
      loop: [one, two]
    - name: empty
      ansible.builtin.copy: { content: x, dest: "{{ root }}/{{ item }}" }
      loop: []
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'changed web1: files [other]',
      'changed web1: several editions [one]',
      'changed web1: several editions [two]',
    ])
    expect(blindSpots(detection)).toEqual(['host-stopped web1: files', 'host-stopped web1: owners [other]'])
    expect(detection.coverage).toMatchObject({ verified: 1, applicable: 3 })
  })

  it('names an element of a list of mappings without showing its password', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: accounts
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/{{ item.name }}" }
      loop: [{ name: alice, password: hunter-alice-1 }, { name: bob, password: hunter-bob-22 }]
    - name: nameless
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/{{ item.where }}" }
      loop: [{ where: a, password: hunter-alice-1 }, { where: b, password: hunter-bob-22 }]
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'deleted web1: accounts [alice]',
      'deleted web1: accounts [bob]',
      'deleted web1: nameless [#1]',
      'deleted web1: nameless [#2]',
    ])
    expect(JSON.stringify(detection)).not.toContain('hunter')
  })

  it('keeps the identity of an item when only its password is rotated', async () => {
    const lab = await openAnsibleLab()
    const site = (password: string) => `
- hosts: all
  gather_facts: false
  tasks:
    - name: nameless
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/a" }
      loop: [{ where: a, password: ${password} }]
`
    await lab.write({ 'site.yml': site('hunter-one') })
    const before = await lab.detect()
    await lab.write({ 'site.yml': site('hunter-two') })
    const after = await lab.detect()
    expect(after.findings.map(({ id }) => id)).toEqual(before.findings.map(({ id }) => id))
  })
})

describe('no_log', () => {
  it('reports hidden differences of a task, a loop and one item, without their values', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: hidden
      ansible.builtin.copy: { content: "canary-task-1\\n", dest: "{{ root }}/a" }
      no_log: true
    - name: hidden loop
      ansible.builtin.copy: { content: "{{ item }}\\n", dest: "{{ root }}/{{ item }}" }
      loop: [canary-loop-1, canary-loop-2]
      no_log: true
    - name: one hidden item
      ansible.builtin.copy: { content: "{{ item.text }}\\n", dest: "{{ root }}/{{ item.name }}" }
      loop: [{ name: open, text: plain }, { name: shut, text: canary-item-1 }]
      no_log: "{{ item.name == 'shut' }}"
    - name: printed later
      ansible.builtin.debug: { msg: "canary-task-1" }
    - name: and written elsewhere
      ansible.builtin.copy: { content: "again canary-task-1\\n", dest: "{{ root }}/b" }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'deleted web1: and written elsewhere',
      'changed web1: hidden',
      'changed web1: hidden loop [#1]',
      'changed web1: hidden loop [#2]',
      'changed web1: one hidden item [#2]',
      'deleted web1: one hidden item [open]',
    ])
    expect(findingOf(detection, 'hidden')).toMatchObject({
      changes: [{ path: ['content'], sensitive: true }],
      detail: 'no_log hides what differs',
    })
    expect(findingOf(detection, 'and written elsewhere').changes).toEqual([
      { path: ['content'], cause: 'outside', sensitive: true },
    ])
    expect(JSON.stringify(detection)).not.toContain('canary')
  })

  it('tells that a hidden value differs from the one of the scan before', async () => {
    const lab = await openAnsibleLab()
    const site = (text: string) => `
- hosts: all
  gather_facts: false
  tasks:
    - name: hidden
      ansible.builtin.copy: { content: "${text}", dest: "{{ root }}/a" }
      no_log: true
`
    await lab.write({ 'site.yml': site('first-value') })
    const [first] = (await lab.detect()).findings
    await lab.write({ 'site.yml': site('second-value') })
    const [second] = (await lab.detect()).findings
    expect(second?.fingerprint).toBe(first?.fingerprint)
    expect(second?.contentHash).not.toBe(first?.contentHash)
  })

  it('withholds a parameter that its module hides, wherever it turns up', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'library/token.py': `
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(name=dict(), token=dict(no_log=True)), supports_check_mode=True)
module.exit_json(changed=True, msg='set for ' + module.params['name'])
`,
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: token
      token: { name: deploy, token: canary-argument-9 }
    - name: leak
      ansible.builtin.copy: { content: "token=canary-argument-9\\n", dest: "{{ root }}/leak" }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: leak', 'changed web1: token'])
    expect(findingOf(detection, 'token').detail).toContain('set for deploy')
    expect(JSON.stringify(detection)).not.toContain('canary')
    expect(blindSpots(detection)).toEqual([])
  })
})
