import { describe, expect, it } from 'vitest'
import { HISTORY_FORMATS } from '../../../src/cli/output/history-formats.js'
import { RULES_FORMATS } from '../../../src/cli/output/rules-formats.js'
import { DOCUMENT_SCHEMAS } from '../../../src/documents/document-schema.js'
import { type StackHistory, summarizeHistory } from '../../../src/domain/history.js'
import { widthOf } from '../../../src/lib/text/text-width.js'
import { buildEvent } from '../../helpers/build-drift.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'
import { HOSTILE } from './sample-scans.js'

const VIEW = { columns: 100, isColored: false }
const failed = buildScan({
  id: '01J2',
  status: 'failed',
  startedAt: '2026-11-21T10:17:00.000Z',
  durationMs: 12.5,
  error: { code: 'BACKEND_UNREACHABLE', phase: 'init', message: 'no', retryable: true },
})
const events = [
  buildEvent({
    type: 'resolved',
    at: '2026-11-20T16:02:00.000Z',
    since: '2026-11-20T10:17:00.000Z',
    resolution: 'adopted',
  }),
  buildEvent({ since: '2026-11-20T09:47:00.000Z' }),
]
const summarize = (...args: Parameters<typeof summarizeHistory>): StackHistory => ({
  ...summarizeHistory(...args),
  isConfigured: true,
})
const history = summarize('prod/network', [failed, buildScan({ id: '01J1' })], events)

describe('a history', () => {
  it('tells what drifted when, how it ended, and what was verified', () => {
    const text = HISTORY_FORMATS.table(history, { ...VIEW, columns: 120 })
    expect(text).toContain('2 scans since 2026-11-20 10:17:00 UTC, 1 with a verdict')
    expect(text).toContain('on average drift is found within 30 min and gone after 5 h 45 min')
    expect(text).toMatch(
      /2026-11-20 16:02 +resolved +aws_vpc\.main .* the code took it over, after 5 h 45 min\n/,
    )
    expect(text).toMatch(/2026-11-20 10:17 +opened +aws_vpc\.main .* within 30 min\n/)
    expect(text).toMatch(/2026-11-21 +1 +1 +0 +0 +-\n/)
    expect(text).toMatch(/2026-11-20 +1 +0 +1 +1 +100 %\n/)
  })

  it('says so where nothing drifted', () => {
    const quiet = summarize('a', [buildScan()], [])
    expect(HISTORY_FORMATS.table(quiet, VIEW)).toContain('nothing drifted')
    expect(HISTORY_FORMATS.markdown(quiet, VIEW)).toContain('nothing drifted')
  })

  it('says so where its stack is configured no longer', () => {
    const left = { ...history, isConfigured: false }
    expect(HISTORY_FORMATS.table(left, VIEW)).toMatch(
      /prod\/network\n +configured no longer: nobody scans it/,
    )
    expect(HISTORY_FORMATS.markdown(left, VIEW)).toContain('configured no longer')
    expect(JSON.parse(HISTORY_FORMATS.json(left, VIEW))).toMatchObject({ history: { configured: false } })
    expect(HISTORY_FORMATS.table(history, VIEW)).not.toContain('configured no longer')
  })

  it('is the document of its schema, on one line too', () => {
    const document: unknown = JSON.parse(HISTORY_FORMATS.json(history, VIEW))
    expect(DOCUMENT_SCHEMAS.history.strict().safeParse(document).error).toBeUndefined()
    expect(document).toMatchObject({
      history: {
        stack: 'prod/network',
        meanTimeToDetectMs: 1_800_000,
        scans: [{ error: { code: 'BACKEND_UNREACHABLE', phase: 'init' }, durationMs: 13 }, { error: null }],
        events: [{ type: 'resolved', resolution: 'adopted', record: { id: 'aaaaaaaaaaaa' } }, {}],
      },
    })
    const line = HISTORY_FORMATS.jsonl(history, VIEW)
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toEqual(document)
  })

  it.each([40, 80, 200])('bears hostile names within %i columns, and obeys none of them', (columns) => {
    const record = buildRecord({ address: HOSTILE, host: HOSTILE })
    const hostile = summarize(
      HOSTILE.slice(0, 60),
      [buildScan()],
      [buildEvent({ record, detail: HOSTILE, by: HOSTILE.slice(0, 100) })],
    )
    const text = HISTORY_FORMATS.table(hostile, { ...VIEW, columns })
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    const rows = text.split('\n').filter((line) => line.startsWith('2026-11-20 '))
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(columns)
    expect(HISTORY_FORMATS.markdown(hostile, VIEW).length).toBeLessThan(65_536)
  })

  it('shows the latest in a table and in a comment, and counts the rest', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => buildEvent({ id: `01K${index}` }))
    const long = summarize('a', [buildScan()], many)
    expect(HISTORY_FORMATS.table(long, VIEW)).toContain('… and 4900 earlier ones (-o json has them all)')
    const markdown = HISTORY_FORMATS.markdown(long, VIEW)
    expect(markdown).toMatch(/… and \d+ more; `-o json` has them all/)
    expect(markdown.length).toBeLessThan(65_536)
  })
})

describe('a list of ignore rules', () => {
  const now = new Date('2026-11-24T10:00:00.000Z')
  const rule = {
    repository: 'infra',
    match: 'address aws_vpc.*',
    reason: 'on purpose',
    owner: 'platform',
    until: '2027-03-31',
    hits: 7,
    since: '2026-01-01T00:00:00.000Z',
    lastHitAt: '2026-11-24T08:00:00.000Z',
  }
  const rules = [rule, { ...rule, hits: 0, lastHitAt: null }, { ...rule, until: '2026-11-01' }]

  it('marks what is dead and what has expired', () => {
    const text = RULES_FORMATS.table(rules, { ...VIEW, now })
    expect(text).toMatch(/active +7 +2 h ago +2027-03-31 +platform +infra +address aws_vpc\.\*\n/)
    expect(text).toMatch(/dead +0 +never /)
    expect(text).toMatch(/expired +7 +2 h ago +2026-11-01 /)
    expect(RULES_FORMATS.table([], { ...VIEW, now })).toContain('no repository has an ignore rule')
  })

  it('is the document of its schema', () => {
    const document = JSON.parse(RULES_FORMATS.json(rules, { ...VIEW, now })) as { rules: { state: string }[] }
    expect(DOCUMENT_SCHEMAS.rules.strict().safeParse(document).error).toBeUndefined()
    expect(document.rules.map(({ state }) => state)).toEqual(['active', 'dead', 'expired'])
  })
})
