import { describe, expect, it } from 'vitest'
import {
  compareReport,
  compareStatuses,
  type ExpectedRecord,
  parseReport,
  type Report,
} from '../../../scripts/demo/report.js'

const expected: ExpectedRecord = {
  stack: 'network',
  address: 'aws_vpc.main',
  kind: 'changed',
  correctable: true,
  attributes: ['tags'],
}

describe('compareReport', () => {
  it('accepts a report that names exactly what is expected', () => {
    expect(compareReport(buildReport({}), [expected])).toEqual([])
    expect(compareReport(buildReport({ kind: 'informational' }), [])).toEqual([])
  })

  it.each([
    ['nothing expected', buildReport({}), [], /nobody did it: network: aws_vpc.main changed/],
    [
      'nothing named',
      { schemaVersion: 1, scans: [] } as Report,
      [expected],
      /not named: network: aws_vpc.main/,
    ],
    ['another kind', buildReport({ kind: 'conflict' }), [expected], /not named.*changed/],
    ['another attribute', buildReport({ path: ['cidr_block'] }), [expected], /not named.*\(tags\)/],
    ['another promise', buildReport({ correctable: false }), [expected], /not undone by an apply/],
    ['unapplied code', buildReport({ kind: 'pending' }), [expected], /nobody did it.*pending/],
  ])('says so for %s', (_name, report, wanted, message) => {
    expect(compareReport(report, wanted).join('\n')).toMatch(message)
  })

  it('takes a failed scan for no answer', () => {
    const error = { code: 'PLAN_FAILED', message: 'no' }
    const report = buildReport({})
    const failed = { ...report, scans: report.scans.map((scan) => ({ ...scan, error })) }
    expect(compareReport(failed, [expected])).toEqual(['network failed: PLAN_FAILED no'])
  })
})

describe('compareStatuses', () => {
  it('names the stacks that are not what they must be, and no other', () => {
    const report = buildReport({})
    expect(compareStatuses(report, { network: 'drifted' })).toEqual([])
    expect(compareStatuses(report, { network: 'in-sync', storage: 'in-sync' })).toEqual([
      'network is drifted, not in-sync',
      'storage was not scanned',
    ])
  })
})

interface ReportParts {
  readonly kind?: string
  readonly correctable?: boolean
  readonly path?: readonly string[]
}

function buildReport({
  kind = 'changed',
  correctable = true,
  path = ['tags', 'Owner'],
}: ReportParts): Report {
  const record = { kind, correctable, address: 'aws_vpc.main', changes: [{ path }] }
  const coverage = { verified: 1, applicable: 1 }
  const scan = { stack: 'network', status: 'drifted', coverage, error: null, records: [record] }
  return parseReport(JSON.stringify({ schemaVersion: 1, scans: [scan] }))
}
