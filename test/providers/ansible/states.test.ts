import { describe, expect, it } from 'vitest'
import { blindSpots, findingOf, openAnsibleLab, summary } from './lab.js'

describe('what check mode cannot see', () => {
  it('names every task without check mode, whatever its module says or does not say', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'there', '')
    await lab.onHost('web1', 'parts/one', '1\n')
    await lab.write({
      'run.sh': '#!/bin/sh\ntrue\n',
      'library/nocheck.py': `
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec=dict()).exit_json(changed=True)
`,
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: command, ansible.builtin.command: "true" }
    - { name: shell with a rule, ansible.builtin.shell: "true", changed_when: true }
    - { name: raw, ansible.builtin.raw: "true" }
    - { name: script, ansible.builtin.script: run.sh }
    - { name: uri, ansible.builtin.uri: { url: "http://127.0.0.1:1/" } }
    - { name: wait, ansible.builtin.wait_for: { port: 1, timeout: 1 } }
    - { name: assemble, ansible.builtin.assemble: { src: "{{ root }}/parts", dest: "{{ root }}/all", remote_src: true } }
    - { name: fetch, ansible.builtin.fetch: { src: "{{ root }}/there", dest: "{{ root }}/fetched" } }
    - { name: own module, nocheck: {} }
    - { name: by condition, ansible.builtin.command: "true", when: false }
    - { name: creates something missing, ansible.builtin.command: { cmd: "true", creates: "{{ root }}/missing" } }
    - { name: creates something there, ansible.builtin.command: { cmd: "true", creates: "{{ root }}/there" } }
`,
    })
    const detection = await lab.detect()
    expect(blindSpots(detection)).toEqual(
      ['assemble', 'command', 'fetch', 'own module', 'raw', 'script', 'shell with a rule', 'uri', 'wait'].map(
        (name) => `no-check-mode web1: ${name}`,
      ),
    )
    expect(summary(detection)).toEqual(['deleted web1: creates something missing'])
    expect(findingOf(detection, 'creates something missing').action).toBe('run')
    expect(detection.coverage).toMatchObject({ verified: 2, applicable: 11 })
    expect(detection.coverageRatio).toBeCloseTo(2 / 11)
  })

  it('lists what the scan really ran, also where check_mode is computed per host', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: writes for real
      ansible.builtin.shell: "echo ran > {{ root }}/ran"
      check_mode: false
    - name: on one host
      ansible.builtin.command: "true"
      check_mode: "{{ inventory_hostname == 'web1' }}"
    - name: motd
      ansible.builtin.copy: { content: "x\\n", dest: "{{ root }}/ran" }
      check_mode: true
`,
    })
    const detection = await lab.detect()
    expect(detection.coverage.executed).toEqual([
      'web1: writes for real',
      'web2: on one host',
      'web2: writes for real',
    ])
    expect(summary(detection)).toEqual(['changed web1: motd', 'changed web2: motd'])
    expect(blindSpots(detection)).toEqual(['no-check-mode web1: on one host'])
    expect(await lab.readHost('web1', 'ran')).toBe('ran\n')
  })
})

describe('registers that were never filled', () => {
  it('calls what reads them tainted, through set_fact, loops, includes and vars too', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'more.yml': '- name: hidden branch\n  ansible.builtin.copy: { content: x, dest: "{{ root }}/x" }\n',
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: ask, ansible.builtin.command: echo hi, register: answer }
    - { name: by condition, ansible.builtin.copy: { content: x, dest: "{{ root }}/a" }, when: answer.stdout == 'hi' }
    - { name: by argument, ansible.builtin.copy: { content: "{{ answer.stdout }}", dest: "{{ root }}/b" } }
    - { name: derive, ansible.builtin.set_fact: { derived: "{{ answer.stdout }}" } }
    - { name: by fact, ansible.builtin.copy: { content: "{{ derived }}", dest: "{{ root }}/c" } }
    - { name: branch, ansible.builtin.include_tasks: more.yml, when: answer.stdout == 'hi' }
    - name: by a block
      when: answer.rc == 0
      block:
        - { name: in the block, ansible.builtin.copy: { content: x, dest: "{{ root }}/d" } }
    - { name: by failing, ansible.builtin.command: "echo {{ answer.stdout_lines[0] }}", ignore_errors: true }
    - { name: print, ansible.builtin.debug: { msg: "{{ answer.stdout }}" }, when: answer.stdout == 'hi' }
    - { name: really ask, ansible.builtin.command: echo hi, register: answer, check_mode: false }
    - { name: after a real answer, ansible.builtin.copy: { content: "{{ answer.stdout }}\\n", dest: "{{ root }}/e" } }
`,
    })
    const detection = await lab.detect()
    expect(blindSpots(detection)).toEqual(
      [
        'no-check-mode web1: ask',
        ...['branch', 'by argument', 'by condition', 'by fact', 'by failing', 'in the block'].map(
          (name) => `tainted web1: ${name}`,
        ),
      ].sort((a, b) => (a.split(': ')[1] ?? '').localeCompare(b.split(': ')[1] ?? '')),
    )
    expect(summary(detection)).toEqual(['deleted web1: after a real answer'])
  })
})

describe('registers of other hosts', () => {
  it('taints what reads the register of a task that ran once, or that of another host', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: once, ansible.builtin.command: echo hi, register: leader, run_once: true }
    - { name: by once, ansible.builtin.copy: { content: x, dest: "{{ root }}/a" }, when: leader.stdout == 'hi' }
    - { name: own, ansible.builtin.command: echo hi, register: answer, when: inventory_hostname == 'web1' }
    - { name: by another, ansible.builtin.copy: { content: x, dest: "{{ root }}/b" }, when: hostvars.web1.answer.stdout == 'hi' }
`,
    })
    expect([...blindSpots(await lab.detect())].sort()).toEqual([
      'no-check-mode web1: once',
      'no-check-mode web1: own',
      'tainted web1: by another',
      'tainted web1: by once',
      'tainted web2: by another',
      'tainted web2: by once',
    ])
  })
})

describe('failures that only a check has', () => {
  it('tells artifacts of check mode from failures of the host', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'library/apt.py': `
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(name=dict()), supports_check_mode=True)
module.exit_json(changed=True)
`,
      'library/user.py': `
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(name=dict()), supports_check_mode=True)
module.exit_json(changed=True)
`,
      'site.yml': `
- hosts: all
  gather_facts: false
  ignore_errors: true
  tasks:
    - { name: line in no file, ansible.builtin.lineinfile: { path: "{{ root }}/conf/nothing", line: x } }
    - { name: folder, ansible.builtin.file: { path: "{{ root }}/conf", state: directory } }
    - { name: line in a new folder, ansible.builtin.lineinfile: { path: "{{ root }}/conf/file", line: x } }
    - { name: service before its package, ansible.builtin.service: { name: driftd-none, state: started } }
    - { name: package, apt: { name: driftd-none } }
    - { name: service after its package, ansible.builtin.service: { name: driftd-none, state: started } }
    - { name: account, user: { name: nosuchuser } }
    - { name: file of the account, ansible.builtin.file: { path: "{{ root }}", owner: nosuchuser } }
    - { name: file of a stranger, ansible.builtin.file: { path: "{{ root }}", owner: nobodyknows } }
    - { name: asynchronous, ansible.builtin.command: "true", async: 5 }
    - name: waits for a command
      ansible.builtin.command: "true"
      register: answer
      until: answer.stdout == 'x'
      retries: 1
      delay: 0
`,
    })
    expect([...blindSpots(await lab.detect())].sort()).toEqual([
      'check-mode-artifact web1: asynchronous',
      'check-mode-artifact web1: file of the account',
      'check-mode-artifact web1: line in a new folder',
      'check-mode-artifact web1: service after its package',
      'check-mode-artifact web1: waits for a command',
      'host-stopped web1: file of a stranger',
      'host-stopped web1: line in no file',
      'host-stopped web1: service before its package',
    ])
  })

  it('reports a failed assertion of the code as check, and what hides a difference as informational', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'hidden', 'by hand\n')
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: suppressed
      ansible.builtin.copy: { content: "code\\n", dest: "{{ root }}/hidden" }
      changed_when: false
    - name: insists
      ansible.builtin.file: { path: "{{ root }}", state: directory }
      changed_when: true
    - name: rescued
      block:
        - name: wrapped
          block:
            - { name: inside, ansible.builtin.lineinfile: { path: "{{ root }}/none", line: x } }
      rescue:
        - { name: rescuer, ansible.builtin.copy: { content: x, dest: "{{ root }}/r" } }
      always:
        - { name: always, ansible.builtin.copy: { content: x, dest: "{{ root }}/s" } }
    - name: a question to itself
      block:
        - { name: doubts, ansible.builtin.include_tasks: doubts.yml }
      rescue:
        - { name: settled, ansible.builtin.file: { path: "{{ root }}", state: directory } }
    - name: answer
      ansible.builtin.command: echo 41
      register: answer
      check_mode: false
      failed_when: answer.stdout != '42'
      ignore_errors: true
    - name: no way out
      block:
        - { name: caught, ansible.builtin.assert: { that: answer.stdout == '42' } }
      rescue:
        - name: meaning of life
          ansible.builtin.assert: { that: answer.stdout == '42', fail_msg: it is 41 }
`,
      'doubts.yml': '- { name: gives up, ansible.builtin.fail: { msg: for the rescue } }\n',
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual([
      'deleted web1: always',
      'informational web1: insists',
      'check web1: meaning of life',
      'deleted web1: rescuer',
      'informational web1: suppressed',
    ])
    expect(findingOf(detection, 'meaning of life')).toMatchObject({ detail: 'it is 41', correctable: false })
    expect(findingOf(detection, 'suppressed').correctable).toBe(false)
    expect(blindSpots(detection)).toEqual(['host-stopped web1: answer', 'host-stopped web1: inside'])
    expect(detection.isPartial).toBe(true)
  })
})
