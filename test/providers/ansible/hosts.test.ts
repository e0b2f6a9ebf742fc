import { describe, expect, it } from 'vitest'
import { blindSpots, localHost, openAnsibleLab, summary } from './lab.js'

const TASKS = `
    - { name: one, ansible.builtin.copy: { content: x, dest: "{{ root }}/one" } }
    - { name: two, ansible.builtin.copy: { content: x, dest: "{{ root }}/two" } }
`

/** An ssh host that nobody answers for: port 1 of this machine. */
const DEAD = 'dead ansible_host=127.0.0.1 ansible_port=1 root=/nowhere'

describe('hosts that could not be read to the end', () => {
  it('keeps the drift of the others and names every task of a dead host', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'inventory.ini': `${localHost('web1', lab.host('web1'))}\n${DEAD}\n`,
      'site.yml': `- hosts: all\n  gather_facts: false\n  tasks:${TASKS}`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: one', 'deleted web1: two'])
    expect(blindSpots(detection)).toEqual(['host-unreachable dead: one', 'host-unreachable dead: two'])
    expect(detection).toMatchObject({ isPartial: true, coverageRatio: 0 })
    expect(detection.warnings).toEqual([
      { code: 'HOST_UNREACHABLE', message: expect.stringMatching(/^dead: one: .*Connection refused/) },
    ])
  })

  it('has no verdict where no host answers', async () => {
    const lab = await openAnsibleLab()
    await lab.write({ 'inventory.ini': DEAD, 'site.yml': `- hosts: all\n  tasks:${TASKS}` })
    const failure = await lab.failure()
    expect(failure).toMatchObject({ code: 'HOSTS_UNREACHABLE', retryable: true })
    expect(failure.message).toMatch(/^no host answered: dead \(dead: .*Connection refused/)
  })

  it('counts what a host never reached after a failure, in later plays too, and after a fatal error of another', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - { name: first, ansible.builtin.copy: { content: x, dest: "{{ root }}/first" } }
    - { name: breaks, ansible.builtin.file: { path: "{{ root }}", owner: nobodyknows }, when: inventory_hostname == 'web1' }
    - { name: print, ansible.builtin.debug: { msg: x } }
    - { name: unread, ansible.builtin.copy: { content: x, dest: "{{ root }}/unread" } }
- hosts: web2
  gather_facts: false
  tasks:
    - { name: later play, ansible.builtin.copy: { content: x, dest: "{{ root }}/later" } }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: first', 'deleted web2: first'])
    expect(blindSpots(detection)).toEqual([
      'host-stopped web1: breaks',
      'host-stopped web1: unread',
      'host-stopped web2: later play',
      'host-stopped web2: unread',
    ])
    expect(detection.isPartial).toBe(true)
    expect(detection.warnings).toEqual([
      { code: 'HOST_STOPPED', message: expect.stringMatching(/^web1: breaks: .*nobodyknows/) },
    ])
  })

  it('goes on with a host that may be unreachable, and says what was lost', async () => {
    const lab = await openAnsibleLab()
    await lab.write({
      'inventory.ini': `${localHost('web1', lab.host('web1'))}\n`,
      'site.yml': `
- hosts: web1
  gather_facts: false
  tasks:
    - name: elsewhere
      ansible.builtin.copy: { content: x, dest: "{{ root }}/elsewhere" }
      vars: { ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1 }
      ignore_unreachable: true
    - { name: here, ansible.builtin.copy: { content: x, dest: "{{ root }}/here" } }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['deleted web1: here'])
    expect(blindSpots(detection)).toEqual(['host-unreachable web1: elsewhere'])
    expect(detection.isPartial).toBe(true)
  })

  it('is content with hosts that the play itself ends early', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: one, ansible.builtin.file: { path: "{{ root }}", state: directory } }
    - { ansible.builtin.meta: end_host, when: inventory_hostname == 'web1' }
    - { name: two, ansible.builtin.file: { path: "{{ root }}", state: directory } }
    - { ansible.builtin.meta: end_play }
    - { name: three, ansible.builtin.file: { path: "{{ root }}", state: directory } }
`,
    })
    const detection = await lab.detect()
    expect(detection).toMatchObject({ findings: [], isPartial: false, coverageRatio: 1 })
    expect(detection.coverage).toMatchObject({ verified: 3, applicable: 3 })
  })
})

describe('coverage', () => {
  it('is that of the worst host, not the average', async () => {
    const lab = await openAnsibleLab(['web1', 'web2', 'web3'])
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: seen, ansible.builtin.file: { path: "{{ root }}", state: directory }, when: inventory_hostname != 'web3' }
    - { name: blind, ansible.builtin.command: "true", when: inventory_hostname == 'web3' }
`,
    })
    expect(await lab.detect()).toMatchObject({ coverageRatio: 0, isPartial: false })
  })
})
