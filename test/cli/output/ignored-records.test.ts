import { describe, expect, it } from 'vitest'
import { decideExitCode } from '../../../src/cli/exit-code.js'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { DOCUMENT_SCHEMAS } from '../../../src/documents/document-schema.js'
import type { DriftRecord } from '../../../src/domain/record.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const ignored = { reason: 'the autoscaler owns it', owner: 'platform', until: '2027-03-31' }
const one = (overrides: Partial<DriftRecord>): DriftRecord => buildRecord({ severity: 'high', ...overrides })

/** Three that a rule accepts, of which one is unapplied code, and one that counts. */
const SCAN = buildScan({
  status: 'drifted',
  records: [
    one({ id: 'aaaaaaaaaaaa', address: 'aws_vpc.loud' }),
    one({ id: 'bbbbbbbbbbbb', address: 'aws_vpc.accepted', ignored }),
    one({ id: 'cccccccccccc', address: 'aws_vpc.gone', kind: 'deleted', ignored }),
    one({ id: 'dddddddddddd', address: 'aws_vpc.unapplied', kind: 'pending', ignored }),
  ],
})

function render(format: keyof typeof FORMATS, isAll: boolean): string {
  return FORMATS[format].scans([SCAN], { columns: 100, isColored: false, isAll })
}

describe('what a rule accepts', () => {
  it('is hidden and counted in the table, and there with its rule when all is asked for', () => {
    const brief = render('table', false)
    expect(brief).toContain('1 drift (1 high) · 3 ignored · 50 of 50 verified')
    expect(brief).toContain('3 ignored by rules of .driftd.yaml hidden (--all shows them)')
    expect(brief).not.toContain('aws_vpc.accepted')
    const all = render('table', true)
    for (const name of ['accepted', 'gone', 'unapplied']) expect(all).toContain(`aws_vpc.${name}`)
    expect(all).toContain('ignored until 2027-03-31: the autoscaler owns it (platform)')
    expect(all).not.toContain('hidden')
    expect(all).not.toContain('Unapplied code')
  })

  it('is hidden in a comment, and counted', () => {
    const brief = render('markdown', false)
    expect(brief).toContain('3 ignored')
    expect(brief).not.toContain('aws_vpc.accepted')
    expect(render('markdown', true)).toContain('ignored until 2027-03-31')
  })

  it('is in JSON, with its rule, as the schema has it', () => {
    const document = JSON.parse(render('json', false)) as { scans: { records: { ignored?: object }[] }[] }
    expect(document.scans[0]?.records.map((record) => record.ignored)).toEqual([
      undefined,
      ignored,
      ignored,
      ignored,
    ])
    expect(DOCUMENT_SCHEMAS.scans.safeParse(document).error).toBeUndefined()
  })

  it('is a skipped case of JUnit, when all is asked for', () => {
    expect(render('junit', false)).toMatch(/tests="2" failures="1" errors="0" skipped="0"/)
    const all = render('junit', true)
    expect(all).toMatch(/tests="5" failures="1" errors="0" skipped="3"/)
    expect(all).toContain('ignored until 2027-03-31: the autoscaler owns it (platform)')
  })

  it('is a suppressed result of SARIF, when all is asked for', () => {
    const resultsOf = (text: string) =>
      (JSON.parse(text) as { runs: { results: { ruleId: string; suppressions?: unknown }[] }[] }).runs[0]
        ?.results ?? []
    expect(resultsOf(render('sarif', false)).map(({ suppressions }) => suppressions)).toEqual([undefined])
    const suppression = {
      kind: 'external',
      status: 'accepted',
      justification: 'the autoscaler owns it (platform, until 2027-03-31)',
    }
    expect(resultsOf(render('sarif', true)).map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      [suppression],
      [suppression],
      [suppression],
    ])
  })

  it.each([
    [{ failOn: null, isPendingDrift: false }, 0],
    [{ failOn: null, isPendingDrift: true }, 0],
    [{ failOn: ['changed' as const, 'deleted' as const], isPendingDrift: false }, 0],
  ])('makes no exit code, %j', (policy, code) => {
    const scan = { ...SCAN, status: 'in-sync' as const, records: SCAN.records.slice(1) }
    expect(decideExitCode([scan], policy)).toBe(code)
  })
})
