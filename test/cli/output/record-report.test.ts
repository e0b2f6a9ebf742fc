import { describe, expect, it } from 'vitest'
import { renderRecords } from '../../../src/cli/output/record-report.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const view = { columns: 80, isColored: false, isAll: true }

describe('renderRecords', () => {
  it('shows where a record comes from and what it means', () => {
    const record = buildRecord({ severity: 'high', source: { file: 'main.tf', line: 25 } })
    const text = renderRecords([{ record, scan: buildScan() }], view)
    expect(text).toContain('~ changed  HIGH\naws_vpc.main\n')
    expect(text).toMatch(/stack +prod\/network \(terraform, repository infra, commit 9fceb02\)/)
    expect(text).toMatch(/code +main\.tf:25/)
    expect(text).toMatch(/seen +2026-11-20 10:17:00 UTC/)
    expect(text).toMatch(/fingerprint +sha256:00/)
    expect(text).toContain('tags.Owner  Git says "platform"  ->  actual "somebody"')
  })

  it('shows long values whole', () => {
    const value = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ')
    const changes = [
      { path: ['text'], cause: 'outside' as const, declared: value, actual: '', sensitive: false },
    ]
    const text = renderRecords([{ record: buildRecord({ changes }), scan: buildScan() }], view)
    expect(text.replace(/\s+/g, ' ')).toContain(value)
  })

  it('shows every line of a text', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `+line ${index}`)
    const changes = [
      {
        path: ['content'],
        cause: 'outside' as const,
        sensitive: false,
        hunks: [{ oldStart: 1, newStart: 1, lines }],
      },
    ]
    const text = renderRecords([{ record: buildRecord({ changes }), scan: buildScan() }], view)
    expect(text).toContain('+line 99')
  })

  it('shows several records, one after the other', () => {
    const seen = ['a', 'b'].map((name) => ({
      record: buildRecord({ address: `aws_vpc.${name}` }),
      scan: buildScan(),
    }))
    const text = renderRecords(seen, view)
    expect(text.indexOf('aws_vpc.b')).toBeGreaterThan(text.indexOf('aws_vpc.a'))
  })

  it('says that the code does not undo what it cannot', () => {
    const record = buildRecord({ correctable: false, action: 'none' })
    const text = renderRecords([{ record, scan: buildScan() }], view)
    expect(text).toContain('applying the code will not undo this')
    expect(text).toContain('the code would do nothing about it')
  })
})
