import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { documentJsonSchemas } from '../../../src/documents/document-json-schema.js'
import { problemsOf } from '../../helpers/document-problems.js'
import { REPOSITORY_ROOT } from '../../helpers/source-tree.js'
import { HOSTILE_FAILURE, HOSTILE_SCAN, SAMPLE_RECORDS, SAMPLE_SCANS, SAMPLE_STACKS } from './sample-scans.js'

const view = {
  columns: 100,
  isColored: false,
  isAll: true,
  now: new Date('2026-11-20T12:00:00Z'),
  daemon: null,
}
const scans = [...SAMPLE_SCANS, HOSTILE_SCAN, HOSTILE_FAILURE]
const folder = join(REPOSITORY_ROOT, 'schemas')

describe('schemas/', () => {
  it('holds what `npm run schemas` writes, and nothing else', async () => {
    const files = await readdir(folder)
    const schemas = documentJsonSchemas()
    expect(files.toSorted()).toEqual(Object.keys(schemas).toSorted())
    for (const file of files) {
      expect(JSON.parse(await readFile(join(folder, file), 'utf8')), file).toEqual(schemas[file])
    }
  })

  it('is part of the package', async () => {
    const manifest = JSON.parse(await readFile(join(REPOSITORY_ROOT, 'package.json'), 'utf8'))
    expect(manifest.files).toContain('schemas')
  })
})

describe('the documents', () => {
  it('of scans are valid, and hold nothing that the schema does not name', () => {
    expectValid('scans', FORMATS.json.scans(scans, view))
    expectValid('scans', FORMATS.json.scans([], view))
  })

  it('of records are valid', () => {
    expectValid('scans', FORMATS.json.records(SAMPLE_RECORDS, view))
    const document = JSON.parse(FORMATS.json.scans(scans, view))
    for (const record of document.scans[0].records) expectValid('record', JSON.stringify(record))
  })

  it('of status are valid', () => {
    expectValid('status', FORMATS.json.status(SAMPLE_STACKS, view))
  })

  it('are valid on each line of jsonl', () => {
    for (const line of linesOf(FORMATS.jsonl.scans(scans, view))) expectValid('scans', line)
    for (const line of linesOf(FORMATS.jsonl.records(SAMPLE_RECORDS, view))) expectValid('scans', line)
    for (const line of linesOf(FORMATS.jsonl.status(SAMPLE_STACKS, view))) expectValid('status', line)
  })

  it.each([
    [
      'a kind that there is not',
      (scan: Scan) => ({ ...scan, records: [{ ...scan.records[0], kind: 'gone' }] }),
    ],
    ['a missing coverage', ({ coverage: _, ...scan }: Scan) => scan],
    ['a member that it does not name', (scan: Scan) => ({ ...scan, extra: 1 })],
    ['a part of a millisecond', (scan: Scan) => ({ ...scan, durationMs: 1.5 })],
  ])('are not valid with %s', (_, change) => {
    const document = JSON.parse(FORMATS.json.scans(scans, view))
    expect(problemsOf('scans', { ...document, scans: [change(document.scans[0])] })).not.toEqual([])
  })
})

describe('jsonl', () => {
  it('gives every scan a line of its own, in one whole document', () => {
    const lines = linesOf(FORMATS.jsonl.scans(scans, view)).map((line) => JSON.parse(line))
    expect(lines.map((line) => [line.schemaVersion, line.scans.length])).toEqual(scans.map(() => [1, 1]))
    expect(lines.map((line) => line.scans[0])).toEqual(JSON.parse(FORMATS.json.scans(scans, view)).scans)
  })

  it('is one document also without scans', () => {
    expect(FORMATS.jsonl.scans([], view)).toBe('{"schemaVersion":1,"scans":[]}\n')
    expect(FORMATS.jsonl.status([], view)).toBe('{"schemaVersion":1,"stacks":[]}\n')
  })
})

interface Scan {
  readonly coverage: unknown
  readonly records: readonly object[]
}

function linesOf(text: string): readonly string[] {
  expect(text.endsWith('\n')).toBe(true)
  return text.slice(0, -1).split('\n')
}

function expectValid(name: string, text: string): void {
  expect(problemsOf(name, JSON.parse(text))).toEqual([])
}
