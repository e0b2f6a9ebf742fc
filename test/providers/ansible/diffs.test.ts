import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/domain/record.js'
import { type AnsibleLab, findingOf, openAnsibleLab, summary } from './lab.js'

const SHAPE_MODULE = fileURLToPath(new URL('../../fixtures/ansible/shape.py', import.meta.url))

/** A lab whose tasks return exactly these results. */
async function labWithResults(results: Readonly<Record<string, JsonValue>>): Promise<AnsibleLab> {
  const lab = await openAnsibleLab()
  const tasks = Object.entries(results).map(([name, result]) => ({ name, shape: { name, result } }))
  await lab.write({
    'library/shape.py': await readFile(SHAPE_MODULE, 'utf8'),
    'site.yml': JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]),
  })
  return lab
}

describe('shapes of a diff', () => {
  it('reads every shape that modules return', async () => {
    const lab = await labWithResults({
      list: {
        changed: true,
        diff: [{ before: 'a\n', after: 'b\n', before_header: '/etc/x', after_header: '/etc/x' }],
      },
      mapping: {
        changed: true,
        diff: { before: { mode: '0644', path: '/x' }, after: { mode: '0600', path: '/x' } },
      },
      nested: { changed: true, diff: { before: { a: { b: 1, c: 2 } }, after: { a: { b: 1, c: [3] } } } },
      prepared: { changed: true, diff: { prepared: 'The following packages will be upgraded: x' } },
      text: { changed: true, diff: 'as one text' },
      'empty mapping': { changed: true, diff: {} },
      'empty list': { changed: true, diff: [] },
      null: { changed: true, diff: { before: null, after: 'new\n' } },
      'only after': { changed: true, diff: { after: 'new\n' } },
      numbers: { changed: true, diff: { before: 1, after: 2 } },
      lists: { changed: true, diff: { before: ['a'], after: ['a', 'b'] } },
      'mixed kinds': { changed: true, diff: { before: 'x', after: { y: 1 } } },
      'headers only': {
        changed: true,
        diff: [
          { before: 'a\n', after: 'b\n' },
          { before_header: '/x (file attributes)', after_header: '/x' },
        ],
      },
      'equal and in sync': { changed: false, diff: { before: 'same\n', after: 'same\n' } },
      'without a diff': { changed: true, msg: 'three rows differ' },
    })
    const detection = await lab.detect()
    const changes = (name: string) =>
      findingOf(detection, name).changes.map(({ path, declared, actual }) => [path, declared, actual])
    expect(changes('list')).toEqual([[['content'], 'b\n', 'a\n']])
    expect(changes('mapping')).toEqual([[['mode'], '0600', '0644']])
    expect(changes('nested')).toEqual([[['a', 'c'], [3], 2]])
    expect(changes('prepared')).toEqual([
      [['prepared'], 'The following packages will be upgraded: x', undefined],
    ])
    expect(changes('text')).toEqual([[['prepared'], 'as one text', undefined]])
    expect(changes('empty mapping')).toEqual([])
    expect(changes('empty list')).toEqual([])
    expect(changes('null')).toEqual([[['content'], 'new\n', null]])
    expect(changes('only after')).toEqual([[['content'], 'new\n', null]])
    expect(changes('numbers')).toEqual([[['value'], 2, 1]])
    expect(changes('lists')).toEqual([[['value'], ['a', 'b'], ['a']]])
    expect(changes('mixed kinds')).toEqual([[['value'], { y: 1 }, 'x']])
    expect(changes('headers only')).toEqual([[['content'], 'b\n', 'a\n']])
    expect(findingOf(detection, 'without a diff').detail).toBe(
      'shape would change something and does not show what (name: without a diff): three rows differ',
    )
    expect(detection.findings.map(({ address }) => address)).not.toContain('equal and in sync')
  })

  it('gives the same content hash whatever times, UUIDs and temporary paths stand in a diff', async () => {
    const volatile = (uuid: string, time: string, mtime: number): Readonly<Record<string, JsonValue>> => ({
      text: {
        changed: true,
        diff: {
          before: 'a\n',
          after: `# written ${time} by ${uuid} from /home/deploy/.ansible/tmp/ansible-local-${mtime}x/tmp${mtime}/a.j2\n`,
          after_header: `/tmp/ansible-local-${mtime}/tmpq`,
        },
      },
      times: {
        changed: true,
        diff: { before: { mtime: 1, mode: '0600' }, after: { mtime, mode: '0644' } },
      },
    })
    const one = await labWithResults(
      volatile('8c0d3a52-64a5-4b5e-9a67-0f5a4f8f4b11', '2026-11-20T10:17:00.123Z', 11),
    )
    const two = await labWithResults(
      volatile('11112222-3333-4444-5555-666677778888', '2027-01-02 03:04:05', 2222),
    )
    const [first, second] = [await one.detect(), await two.detect()]
    expect(second.findings.map(({ contentHash }) => contentHash)).toEqual(
      first.findings.map(({ contentHash }) => contentHash),
    )
  })

  it('hears of a touch at every run and does not call it drift', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'stamp', '')
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: stamp
      ansible.builtin.file: { path: "{{ root }}/stamp", state: touch }
`,
    })
    expect(summary(await lab.detect())).toEqual(['informational web1: stamp'])
  })
})

describe('contents of files', () => {
  it('tells a new file, a binary one and one too large to compare', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'image', Buffer.from([0, 1, 2, 0, 255]))
    await lab.onHost('web1', 'large', `${'x'.repeat(99)}\n`.repeat(12_000))
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: new
      ansible.builtin.copy: { content: "one\\ntwo", dest: "{{ root }}/new" }
    - name: binary
      ansible.builtin.copy: { content: "text\\n", dest: "{{ root }}/image" }
    - name: large
      ansible.builtin.copy: { content: "small\\n", dest: "{{ root }}/large" }
`,
    })
    const detection = await lab.detect()
    expect(summary(detection)).toEqual(['changed web1: binary', 'changed web1: large', 'deleted web1: new'])
    expect(findingOf(detection, 'new')).toMatchObject({
      action: 'create',
      changes: [{ path: ['content'], declared: 'one\ntwo', actual: null }],
    })
    expect(findingOf(detection, 'binary').detail).toBe('the content is binary: only that it differs is known')
    expect(findingOf(detection, 'large').detail).toBe('the content is too large to be compared line by line')
  })

  it('cuts a huge difference down to what differs, with sizes and line numbers', async () => {
    const lab = await openAnsibleLab()
    const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index} ${'y'.repeat(80)}`)
    await lab.onHost('web1', 'huge', `${lines.join('\n')}\n`)
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: huge
      ansible.builtin.lineinfile:
        path: "{{ root }}/huge"
        regexp: "^line 30000 "
        line: "line 30000 changed"
`,
    })
    const [finding] = (await lab.detect()).findings
    const [change] = finding?.changes ?? []
    expect(change).toMatchObject({ path: ['content'], truncated: true })
    expect(change?.actualBytes).toBeGreaterThan(5_000_000)
    expect(JSON.stringify(finding).length).toBeLessThan(4_000)
    expect(change?.hunks?.[0]?.oldStart).toBe(29_998)
    expect(change?.hunks?.[0]?.lines).toContain('+line 30000 changed')
  })

  it('survives every kind of bytes: no UTF-8, NUL, a BOM, CRLF, no newline at the end', async () => {
    const lab = await labWithResults({
      surrogate: { changed: true, diff: { before: 'caf\udce9\n', after: 'café\n' } },
      nul: { changed: true, diff: { before: 'a\0b\n', after: 'ab\n' } },
      bom: { changed: true, diff: { before: '\ufeffa\n', after: 'a\n' } },
      crlf: { changed: true, diff: { before: 'a\r\nb\r\n', after: 'a\nb\n' } },
      newline: { changed: true, diff: { before: 'a', after: 'a\n' } },
    })
    await lab.onHost('web1', 'latin', Buffer.from('caf\xe9\n', 'latin1'))
    const detection = await lab.detect()
    const both = (name: string) => findingOf(detection, name).changes.map((c) => [c.actual, c.declared])
    expect(both('surrogate')).toEqual([['caf\ufffd\n', 'café\n']])
    expect(both('nul')).toEqual([['a\0b\n', 'ab\n']])
    expect(both('bom')).toEqual([['\ufeffa\n', 'a\n']])
    expect(both('crlf')).toEqual([['a\r\nb\r\n', 'a\nb\n']])
    expect(both('newline')).toEqual([['a', 'a\n']])
    expect(findingOf(detection, 'newline').changes[0]?.hunks?.[0]?.lines).toContain(
      '\\ No newline at end of file',
    )
  })

  it('compares a file that is no UTF-8', async () => {
    const lab = await openAnsibleLab()
    await lab.onHost('web1', 'latin', Buffer.from('caf\xe9\n', 'latin1'))
    await lab.write({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: latin
      ansible.builtin.copy: { content: "café\\n", dest: "{{ root }}/latin" }
`,
    })
    const [change] = findingOf(await lab.detect(), 'latin').changes
    expect(change).toMatchObject({ declared: 'café\n', actual: 'caf\ufffd\n' })
  })
})
