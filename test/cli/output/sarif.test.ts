import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'
import { HOSTILE_FAILURE, HOSTILE_SCAN, SAMPLE_RECORDS, SAMPLE_SCANS, SAMPLE_STACKS } from './sample-scans.js'

const view = {
  columns: 100,
  isColored: false,
  isAll: false,
  now: new Date('2026-11-20T12:00:00Z'),
  daemon: null,
}
const validate = await sarifValidator()

describe('-o sarif', () => {
  it.each([
    ['scans', FORMATS.sarif.scans(SAMPLE_SCANS, view)],
    ['all records', FORMATS.sarif.scans(SAMPLE_SCANS, { ...view, isAll: true })],
    ['hostile names', FORMATS.sarif.scans([HOSTILE_SCAN, HOSTILE_FAILURE], { ...view, isAll: true })],
    ['records', FORMATS.sarif.records(SAMPLE_RECORDS, view)],
    ['status', FORMATS.sarif.status(SAMPLE_STACKS, view)],
    ['nothing', FORMATS.sarif.scans([], view)],
  ])('is valid SARIF 2.1.0: %s', (_, text) => {
    validate(JSON.parse(text))
    expect(validate.errors ?? []).toEqual([])
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  })

  it('is not valid where a level does not exist', () => {
    const document = JSON.parse(FORMATS.sarif.scans(SAMPLE_SCANS, view))
    document.runs[0].results[0].level = 'loud'
    expect(validate(document)).toBe(false)
  })

  it('names rule, level, line of code and identity of a record', () => {
    const record = buildRecord({
      severity: 'critical',
      source: { file: 'live/prod #1/main.tf', line: 25 },
      fingerprint: 'sha256:abc',
    })
    const { results, tool } = runOf(
      FORMATS.sarif.scans([buildScan({ status: 'drifted', records: [record] })], view),
    )
    expect(results).toHaveLength(1)
    expect(results[0]).toMatchObject({
      ruleId: 'changed',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'live/prod%20%231/main.tf', uriBaseId: '%SRCROOT%' },
            region: { startLine: 25 },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: 'sha256:abc:1', 'driftd/v1': 'sha256:abc' },
      provenance: { invocationIndex: 0 },
    })
    expect(results[0]?.message.text).toContain('tags.Owner  Git says "platform"  ->  actual "somebody"')
    expect(tool.driver.rules[results[0]?.ruleIndex ?? -1]?.id).toBe('changed')
  })

  it.each([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'note'],
    ['info', 'note'],
  ] as const)('gives drift of severity %s the level %s', (severity, level) => {
    const scan = buildScan({ status: 'drifted', records: [buildRecord({ severity })] })
    expect(runOf(FORMATS.sarif.scans([scan], view)).results[0]?.level).toBe(level)
  })

  it('keeps what is no drift out, and calls it no failure where all is asked for', () => {
    const kinds = (isAll: boolean) =>
      runOf(FORMATS.sarif.scans(SAMPLE_SCANS, { ...view, isAll }))
        .results.filter(({ ruleId }) => ruleId === 'pending' || ruleId === 'informational')
        .map(({ kind, level }) => `${kind} ${level}`)
    expect(kinds(false)).toEqual([])
    expect(kinds(true)).toEqual(['informational none', 'informational none', 'informational none'])
  })

  it('says of a failed scan that it was no success, where and why', () => {
    const { invocations, results } = runOf(FORMATS.sarif.scans(SAMPLE_SCANS.slice(1, 2), view))
    expect(results).toEqual([])
    expect(invocations[0]).toMatchObject({
      executionSuccessful: false,
      startTimeUtc: '2026-11-20T10:17:00.000Z',
      endTimeUtc: '2026-11-20T10:17:04.812Z',
      toolExecutionNotifications: [
        {
          descriptor: { id: 'BACKEND_UNREACHABLE' },
          level: 'error',
          message: { text: 'prod/db: init failed: no route\nto s3' },
        },
      ],
    })
  })

  it('warns of a scan that is incomplete', () => {
    const [invocation] = runOf(FORMATS.sarif.scans(SAMPLE_SCANS.slice(2, 3), view)).invocations
    expect(
      invocation?.toolExecutionNotifications.map(({ level, descriptor }) => `${level} ${descriptor.id}`),
    ).toEqual(['warning incomplete', 'note unverified'])
  })

  it('places every result in a file, also where the code has none', () => {
    const records = [buildRecord({ kind: 'unmanaged', source: null })]
    const [result] = runOf(FORMATS.sarif.scans([buildScan({ status: 'drifted', records })], view)).results
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('prod/network')
  })

  it('has no placeholder and no link in a message', () => {
    const record = buildRecord({ address: 'a {0} [b](https://example.com)', changes: [] })
    const [result] = runOf(FORMATS.sarif.scans([buildScan({ records: [record] })], view)).results
    expect(result?.message.text).toContain('a {{0}} [b] (https://example.com)')
  })

  it('gives the status a result for every stack that has no fresh verdict without drift', () => {
    const { results } = runOf(FORMATS.sarif.status(SAMPLE_STACKS, view))
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      'stack-drifted error',
      'stack-failed error',
      'stack-incomplete warning',
      'stack-stale warning',
      'stack-unknown warning',
    ])
  })
})

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
  readonly invocations: readonly {
    readonly toolExecutionNotifications: readonly {
      readonly level: string
      readonly descriptor: { id: string }
    }[]
  }[]
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly kind?: string
    readonly level: string
    readonly message: { readonly text: string }
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } }
    }[]
  }[]
}

function runOf(text: string): Run {
  return JSON.parse(text).runs[0]
}

/** The published schema, as the package of the SARIF SDK ships it. */
async function sarifValidator() {
  const entry = createRequire(import.meta.url).resolve('@microsoft/jest-sarif')
  const schema = await readFile(join(dirname(entry), 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8')
  const formats = {
    uri: URL.canParse,
    'uri-reference': (text: string) =>
      URL.canParse(text, 'https://example.com') && !/[\s<>"{}|\\^`]/.test(text),
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  }
  // one of its patterns is none with the flag u; it is draft-04, of which it uses nothing that later drafts read differently but the names of these two
  const { $schema: _, id: $id, ...rest } = JSON.parse(schema)
  return new Ajv({ formats, strict: false, unicodeRegExp: false }).compile({ $id, ...rest })
}
