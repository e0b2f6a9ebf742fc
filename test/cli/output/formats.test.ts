import { describe, expect, it } from 'vitest'
import { FORMAT_NAMES } from '../../../src/cli/output/format-names.js'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { HOSTILE_FAILURE, HOSTILE_SCAN, SAMPLE_RECORDS, SAMPLE_SCANS, SAMPLE_STACKS } from './sample-scans.js'

const view = {
  columns: 80,
  isColored: false,
  isAll: true,
  now: new Date('2026-11-20T12:00:00Z'),
  daemon: null,
}
const scans = [HOSTILE_SCAN, HOSTILE_FAILURE, ...SAMPLE_SCANS]

describe.each(FORMAT_NAMES)('-o %s', (name) => {
  const format = FORMATS[name]
  const results = {
    scans: format.scans(scans, view),
    'no scans': format.scans([], view),
    status: format.status(SAMPLE_STACKS, view),
    'no stacks': format.status([], view),
    records: format.records(SAMPLE_RECORDS, view),
  }

  it.each(Object.entries(results))('gives a terminal nothing to obey: %s', (_, text) => {
    // the word joiner is our own: it takes their power from mentions
    const foreign = text.replaceAll('\n', '').replaceAll('\u2060', '')
    expect(foreign).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text.isWellFormed()).toBe(true)
  })

  it.each(Object.entries(results))('is never empty and ends with one line break: %s', (_, text) => {
    expect(text).toMatch(/[^\n]\n$/)
  })

  it('withholds what is sensitive, whatever the record holds', () => {
    const change = {
      path: ['password'],
      cause: 'outside',
      sensitive: true,
      declared: 'hunter2',
      actual: 'hunter3',
      recorded: 'hunter4',
      hunks: [{ oldStart: 1, newStart: 1, lines: ['-hunter5'] }],
    } as const
    const [scan] = SAMPLE_SCANS
    const [first] = scan?.records ?? []
    if (!scan || !first) throw new Error('no sample')
    const record = { ...first, changes: [change] }
    const text =
      format.scans([{ ...scan, records: [record] }], view) + format.records([{ record, scan }], view)
    expect(text).toContain('password')
    expect(text).not.toContain('hunter')
  })
})
