import { describe, expect, it } from 'vitest'
import { renderScansTable } from '../../../src/cli/output/table.js'
import type { Change, DriftRecord, JsonValue } from '../../../src/domain/record.js'
import type { Scan } from '../../../src/domain/scan.js'
import { widthOf } from '../../../src/lib/text/text-width.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const plain = { columns: 100, isColored: false, isAll: false }

describe('renderScansTable', () => {
  it('gives a stack in sync one line, with its coverage', () => {
    expect(renderScansTable([buildScan()], plain)).toBe(
      '✓ in-sync     prod/network   50 of 50 verified · 4.8 s · 9fceb02\n',
    )
  })

  it('shows what Git says and what is there, side by side', () => {
    const text = render([change(['instance_type'], 't3.micro', 't3.large')])
    expect(text).toContain('instance_type  Git says "t3.micro"  ->  actual "t3.large"')
  })

  it('shows them below each other where they are long, with the size', () => {
    const lines = render([change(['description'], 'x'.repeat(5_000), 'y'.repeat(10_240))]).split('\n')
    expect(lines.find((line) => line.includes('Git says'))).toMatch(
      /description {2}Git says {2}"x+… \(5,000 characters\)$/,
    )
    expect(lines.find((line) => line.includes('actual'))).toMatch(/ actual {4}"y+… \(10,240 characters\)$/)
  })

  it('shows all three sides of a conflict', () => {
    const text = render([{ ...change(['size'], 'b', 'c'), cause: 'both', recorded: 'a' }])
    expect(text).toMatch(/size {2}Git says {6}"b"\n +actual {8}"c"\n +last applied {2}"a"/)
  })

  it('shows the elements of a set that only one side has', () => {
    const text = render([change(['cidrs'], ['a', 'b'], ['a', 'c'])])
    expect(text).toContain('cidrs  only in Git "b"')
    expect(text).toContain('cidrs  only actual "c"')
  })

  it('says which lines of a text are actual and which are of Git', () => {
    const hunks = [{ oldStart: 10, newStart: 10, lines: [' server {', '-  listen 8080;', '+  listen 80;'] }]
    const text = render([{ path: ['content'], cause: 'outside', sensitive: false, hunks }])
    expect(text).toMatch(/content {2}- actual {3}\+ Git says\n/)
    expect(text).toMatch(/-\s+listen 8080;\n\s+\+\s+listen 80;/)
  })

  it('withholds what is sensitive, whatever the record holds', () => {
    const change: Change = {
      path: ['password'],
      cause: 'outside',
      sensitive: true,
      declared: 'hunter2',
      actual: 'hunter3',
      hunks: [{ oldStart: 1, newStart: 1, lines: ['-hunter4'] }],
    }
    const text = render([change])
    expect(text).toContain('password  (sensitive)')
    expect(text).not.toContain('hunter')
  })

  it('groups by severity, loudest first, with place and id of each record', () => {
    const records = [
      buildRecord({ id: 'aaaaaaaaaaaa', severity: 'low', address: 'aws_a.low' }),
      buildRecord({
        id: 'bbbbbbbbbbbb',
        severity: 'critical',
        address: 'aws_b.critical',
        source: { file: 'b.tf', line: 7 },
      }),
    ]
    const text = renderScansTable([buildScan({ status: 'drifted', records })], plain)
    expect(text.indexOf('CRITICAL')).toBeLessThan(text.indexOf('LOW'))
    expect(text).toMatch(/aws_b\.critical .*b\.tf:7 {2}bbbbbbbbbbbb/)
    expect(text).toContain('2 drift (1 critical, 1 low)')
    expect(text).toContain('Next: driftd show bbbbbbbbbbbb')
  })

  it('says once when applying the code will not undo a difference', () => {
    const notes = (overrides: Partial<DriftRecord>): readonly string[] => {
      const record = buildRecord({ correctable: false, ...overrides })
      const text = renderScansTable([buildScan({ status: 'drifted', records: [record] })], plain)
      return text.split('\n').filter((line) => line.includes('↳'))
    }
    const detail = 'Applying the code would not undo this: the code does not set it.'
    expect(notes({ action: 'none', detail })).toEqual([`      ↳ ${detail}`])
    expect(notes({ action: 'none' })).toEqual(['      ↳ applying the code will not undo this'])
    expect(notes({ action: 'update', detail: 'It is tainted.' })).toEqual([
      '      ↳ It is tainted.',
      '      ↳ applying the code will not undo all of this',
    ])
  })

  it('claims no memory of what a host had', () => {
    const deleted = (host: string | null): string => {
      const record = buildRecord({ kind: 'deleted', host, changes: [] })
      return renderScansTable([buildScan({ status: 'drifted', records: [record] })], plain)
    }
    expect(deleted('web1')).toContain('↳ the code declares it, and it is not there')
    expect(deleted('web1')).not.toContain('applied')
    expect(deleted(null)).toContain('↳ the code declares it and it was applied, but it is gone')
  })

  it('keeps the lines of a detail, and cuts a long one', () => {
    const record = buildRecord({ kind: 'check', changes: [], detail: `a\nb\n${'c\n'.repeat(50)}` })
    const text = renderScansTable([buildScan({ status: 'drifted', records: [record] })], plain)
    expect(text).toContain('↳ a\n      ↳ b\n')
    expect(text).toContain('… and 44 more lines')
  })

  it('lists unapplied code in short, and not as drift', () => {
    const records = Array.from({ length: 13 }, (_, index) =>
      buildRecord({ kind: 'pending', action: 'create', address: `aws_sqs_queue.q[${index}]` }),
    )
    const text = renderScansTable([buildScan({ status: 'pending', records })], plain)
    expect(text).toContain('Unapplied code: 13')
    expect(text).toContain('create   aws_sqs_queue.q[0]')
    expect(text).toContain('… and 3 more (--all shows them)')
    expect(text).not.toMatch(/\d drift/)
  })

  it('hides informational records behind a count, unless asked', () => {
    const scan = buildScan({ records: [buildRecord({ kind: 'informational', severity: 'info' })] })
    expect(renderScansTable([scan], plain)).toContain('1 informational difference hidden (--all shows them)')
    expect(renderScansTable([scan], plain)).not.toContain('aws_vpc.main')
    expect(renderScansTable([scan], { ...plain, isAll: true })).toContain('aws_vpc.main')
  })

  it('names what could not be verified, by reason, and says that this is no green light', () => {
    const unverified = Array.from({ length: 5 }, (_, index) => ({
      what: `db${index}: rebuild index`,
      reason: 'no-check-mode' as const,
    }))
    const coverage = { verified: 5, applicable: 10, unverified, executed: ['db1: read version'] }
    const text = renderScansTable([buildScan({ status: 'incomplete', coverage })], plain)
    expect(text).toContain('5 of 10 verified')
    expect(text).toContain('5 × the module cannot say what it would do (no-check-mode)')
    expect(text).toContain('… and 2 more')
    expect(text).toContain('db1: read version')
    expect(text).toContain('no green light')
  })

  it('gives an error with its code, phase, words and what to do', () => {
    const error = {
      code: 'BACKEND_UNREACHABLE',
      phase: 'init',
      message: 'no route\nto \u001b[1ms3',
      retryable: true,
    } as const
    const text = renderScansTable([buildScan({ status: 'failed', error })], plain)
    expect(text).toContain('BACKEND_UNREACHABLE in init')
    expect(text).toContain('  no route\n  to \\u001b[1ms3\n')
    expect(text).toContain('docs/errors.md')
  })

  it('puts what is loud last, with a summary', () => {
    const scans = [
      buildScan({ stack: 'a', status: 'drifted', records: [buildRecord()] }),
      buildScan({ stack: 'b' }),
      buildScan({ stack: 'c' }),
    ]
    const text = renderScansTable(scans, plain)
    expect(text.indexOf('drifted')).toBeGreaterThan(text.lastIndexOf('✓ in-sync'))
    expect(text).toContain('3 stacks: 1 drifted, 2 in-sync')
  })

  it('tells who ran a one-shot comparison what to do instead of showing a record', () => {
    const scan = buildScan({ repository: null, status: 'drifted', records: [buildRecord()] })
    expect(renderScansTable([scan], plain)).toMatch(/Next: apply the code to undo/)
    expect(renderScansTable([scan], plain)).not.toContain('driftd show')
  })

  it.each([80, 100, 120, 200])('fits into %i columns, whatever the names are', (columns) => {
    const evil = `${'\u001b[2J\u202e\n名'.repeat(20)}${'x'.repeat(10_000)}`
    const record = buildRecord({
      address: evil,
      host: evil,
      source: { file: evil, line: 1 },
      detail: evil,
      changes: [
        change([evil, 'a'], evil, null),
        change(['list'], [], [{ [evil]: evil }]),
        {
          path: ['content'],
          cause: 'outside',
          sensitive: false,
          hunks: [{ oldStart: 1, newStart: 1, lines: [`-${evil}`] }],
        },
      ],
    })
    const scan = buildScan({
      stack: evil,
      status: 'drifted',
      records: [record, { ...record, kind: 'pending' }],
      warnings: [{ code: 'LOCKFILE_MISSING', message: evil }],
      coverage: {
        verified: 1,
        applicable: 2,
        unverified: [{ what: evil, reason: 'denied' }],
        executed: [evil],
      },
    })
    const text = renderScansTable([scan], { columns, isColored: false, isAll: true })
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(columns)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('says the same with and without colour', () => {
    const scan = buildScan({ status: 'drifted', records: [buildRecord()] })
    const colored = renderScansTable([scan], { ...plain, isColored: true })
    expect(colored).toContain('\u001b[')
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderScansTable([scan], plain))
  })
})

function render(changes: readonly Change[]): string {
  const scan: Scan = buildScan({ status: 'drifted', records: [buildRecord({ changes })] })
  return renderScansTable([scan], plain)
}

function change(path: readonly string[], declared: JsonValue, actual: JsonValue): Change {
  return { path, cause: 'outside', declared, actual, recorded: declared, sensitive: false }
}
