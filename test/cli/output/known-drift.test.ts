import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { DOCUMENT_SCHEMAS } from '../../../src/documents/document-schema.js'
import { buildDrift } from '../../helpers/build-drift.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const record = buildRecord()
const scan = buildScan({ status: 'drifted', records: [record] })
const at = '2026-11-21T10:17:00.000Z'
const drift = buildDrift({
  state: 'acknowledged',
  acknowledgement: { by: 'alice', reason: 'known', at, contentHash: 'hmac:00' },
})
const VIEW = { columns: 120, isColored: false, isAll: true }
const known = { ...VIEW, drifts: [drift, buildDrift({ stack: 'other', fingerprint: 'sha256:99' })] }
const TEXTS = [
  'open since 2026-11-20 10:17:00 UTC',
  'acknowledged by alice at 2026-11-21 10:17:00 UTC: known',
]

describe('what is known of a record over time', () => {
  it('stands below it, of a stack and of one record', () => {
    const ofStack = FORMATS.table.scans([scan], known)
    const ofRecord = FORMATS.table.records([{ record, scan }], known)
    for (const text of TEXTS) {
      expect(ofStack).toContain(text)
      expect(ofRecord).toContain(text)
    }
    expect(FORMATS.table.scans([scan], VIEW)).not.toContain('open since')
  })

  it('is that of its own stack only', () => {
    const elsewhere = { ...VIEW, drifts: [buildDrift({ stack: 'other' })] }
    expect(FORMATS.table.scans([scan], elsewhere)).not.toContain('open since')
  })

  it('is a member of the document, as its schema has it, and only where it is known', () => {
    const document = JSON.parse(FORMATS.json.records([{ record, scan }], known)) as Record<string, unknown>
    expect(DOCUMENT_SCHEMAS.scans.strict().safeParse(document).error).toBeUndefined()
    expect(document.drifts).toMatchObject([
      { record: record.id, state: 'acknowledged', acknowledgement: { by: 'alice', reason: 'known', at } },
      { stack: 'other' },
    ])
    expect(JSON.parse(FORMATS.json.scans([scan], VIEW))).not.toHaveProperty('drifts')
  })

  it('is on the line of its stack', () => {
    const lines = FORMATS.jsonl
      .scans([scan, buildScan({ stack: 'other' })], known)
      .trimEnd()
      .split('\n')
    const stacks = lines.map((line) => (JSON.parse(line) as { drifts: { stack: string }[] }).drifts)
    expect(stacks.map((drifts) => drifts.map(({ stack }) => stack))).toEqual([['prod/network'], ['other']])
  })
})
