import { describe, expect, it } from 'vitest'
import { blindSpots, findingOf, openAnsibleLab, summary } from './lab.js'

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - name: motd
      ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd", mode: "0644" }
    - name: rebuild index
      ansible.builtin.command: "true"
    - name: spool
      ansible.builtin.file: { path: "{{ root }}/spool", state: directory, mode: "0750" }
`

describe('one playbook over local connections', () => {
  it('finds nothing just after it was applied, and says what it could not see', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({ 'site.yml': SITE })
    await lab.apply()
    const detection = await lab.detect()
    expect(detection.findings).toEqual([])
    expect(detection.coverage).toMatchObject({ verified: 4, applicable: 6 })
    expect(blindSpots(detection)).toEqual([
      'no-check-mode web1: rebuild index',
      'no-check-mode web2: rebuild index',
    ])
    expect(detection.coverageRatio).toBeCloseTo(2 / 3)
    expect(detection.isPartial).toBe(false)
  })

  it('names exactly the file that was edited by hand, with both sides', async () => {
    const lab = await openAnsibleLab(['web1', 'web2'])
    await lab.write({ 'site.yml': SITE })
    await lab.apply()
    await lab.onHost('web2', 'motd', 'hacked\n')
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['changed web2: motd'])
    expect(findingOf(detection, 'motd')).toMatchObject({
      action: 'update',
      correctable: true,
      resourceType: 'ansible.builtin.copy',
      source: { file: 'site.yml', line: 5 },
      changes: [
        {
          path: ['content'],
          cause: 'outside',
          declared: 'welcome\n',
          actual: 'hacked\n',
          sensitive: false,
          hunks: [{ oldStart: 1, newStart: 1, lines: ['-hacked', '+welcome'] }],
        },
      ],
    })
  })
})
