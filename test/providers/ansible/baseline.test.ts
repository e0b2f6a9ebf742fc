import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findingOf, openAnsibleLab, summary } from './lab.js'

const site = (text: string, mode: string, extra = '') => `
- hosts: all
  gather_facts: false
  tasks:
    - { name: motd, ansible.builtin.template: { src: motd.j2, dest: "{{ root }}/motd", mode: "${mode}" } }
    - { name: note, ansible.builtin.copy: { content: "${text}\\n", dest: "{{ root }}/note" } }
    - { name: line, ansible.builtin.lineinfile: { path: "{{ root }}/lines", line: "${text}", create: true } }
${extra}`

describe('kinds with a baseline', () => {
  it('tells what somebody did from what the code did, and both from a value that floats', async () => {
    const lab = await openAnsibleLab()
    await lab.write({ 'site.yml': site('a', '0644'), 'motd.j2': 'hello\n' })
    await lab.apply()
    const inSync = await lab.detect({ commit: 'one' })
    expect(inSync.findings).toEqual([])
    const baseline = inSync.nextBaseline
    expect(baseline).not.toContain('hello')

    await lab.write({ 'motd.j2': 'hello of another day\n' })
    const floating = await lab.detect({ commit: 'one', baseline })
    expect(summary(floating)).toEqual(['informational web1: motd'])
    expect(findingOf(floating, 'motd').detail).toContain('floating')
    // such a scan is in sync, so its baseline is kept: it must still know what the host had
    await lab.onHost('web1', 'motd', 'by hand\n')
    const later = await lab.detect({ commit: 'one', baseline: floating.nextBaseline })
    expect(summary(later)).toEqual(['changed web1: motd'])
    expect(findingOf(later, 'motd').detail).toContain('floating')

    // outside: both files, the line; code: nothing
    await lab.write({ 'motd.j2': 'hello\n' })
    await lab.onHost('web1', 'motd', 'by hand\n')
    await lab.onHost('web1', 'lines', 'something else\n')
    await unlink(join(lab.host('web1'), 'note'))
    const outside = ['changed web1: line', 'changed web1: motd', 'deleted web1: note']
    expect(summary(await lab.detect({ commit: 'two', baseline }))).toEqual(outside)
    // a baseline that cannot be read, and a host that had none, know nothing
    expect(summary(await lab.detect({ commit: 'two', baseline: '{"version":0}' }))).toEqual(outside)
    const ofAnother = baseline?.replaceAll('web1', 'web9') ?? null
    expect(summary(await lab.detect({ commit: 'two', baseline: ofAnother }))).toEqual(outside)

    // code: motd as well, the note, the line, a new task; outside: motd, and another line
    await lab.onHost('web1', 'note', 'a\n')
    await lab.onHost('web1', 'lines', 'a\nsomething else\n')
    const fresh = '    - { name: new, ansible.builtin.copy: { content: x, dest: "{{ root }}/new" } }\n'
    await lab.write({ 'site.yml': site('b', '0644', fresh), 'motd.j2': 'hello again\n' })
    const both = await lab.detect({ commit: 'two', baseline })
    expect(summary(both)).toEqual([
      'pending web1: line',
      'conflict web1: motd',
      'pending web1: new',
      'pending web1: note',
    ])
    expect(findingOf(both, 'motd').changes[0]?.cause).toBe('both')
    expect(findingOf(both, 'note').changes[0]?.cause).toBe('code')
    expect(findingOf(both, 'new').detail).toContain('new in the code')
  })
})
