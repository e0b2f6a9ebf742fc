import MarkdownIt from 'markdown-it'
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
const all = { ...view, isAll: true }

describe('-o markdown', () => {
  it('says the verdict of one stack on the first line', () => {
    const scan = buildScan({ status: 'drifted', records: [buildRecord()] })
    expect(FORMATS.markdown.scans([scan], view).split('\n')[0]).toBe(
      '**✗ drifted** `prod/network` · 1 drift (1 medium) · 50 of 50 verified · 4.8 s · 9fceb02',
    )
    expect(FORMATS.markdown.scans([buildScan()], view)).toBe(
      '**✓ in-sync** `prod/network` · 50 of 50 verified · 4.8 s · 9fceb02\n',
    )
  })

  it('says the loudest verdict of several stacks on the first line, and lists them', () => {
    const text = FORMATS.markdown.scans(SAMPLE_SCANS, view)
    expect(text.split('\n')[0]).toBe(
      '**✗ drifted** · 5 stacks: 1 drifted, 1 failed, 1 incomplete, 1 pending, 1 in-sync',
    )
    expect(text).toContain('| ! incomplete | `/srv/play.yml` | 1 of 3 verified · 4.8 s |')
    expect(text).toContain('| ✗ failed | `prod/db` | BACKEND_UNREACHABLE in init · 4.8 s · 9fceb02 |')
  })

  it('has a row for each record, loudest first, and its values folded', () => {
    const records = [
      buildRecord({ id: 'aaaaaaaaaaaa', severity: 'low', address: 'aws_a.low' }),
      buildRecord({ id: 'bbbbbbbbbbbb', severity: 'critical', address: 'aws_b.critical' }),
    ]
    const text = FORMATS.markdown.scans([buildScan({ status: 'drifted', records })], view)
    expect(text).toContain(
      '| critical | ~ changed | `aws_b.critical` | `tags.Owner` | `main.tf:1` |\n| low |',
    )
    expect(text).toContain('<details><summary><code>changed aws_b.critical (bbbbbbbbbbbb)</code></summary>')
    expect(text).toContain('  tags.Owner  Git says "platform"  ->  actual "somebody"')
  })

  it('never folds a failure or a warning', () => {
    const text = FORMATS.markdown.scans(SAMPLE_SCANS, view)
    const open = text.slice(0, text.indexOf('<details>'))
    expect(open).toContain('no route\n  to s3')
    expect(open).toContain('LOCKFILE_MISSING: no lock file')
  })

  it('names what could not be verified', () => {
    expect(FORMATS.markdown.scans(SAMPLE_SCANS, view)).toContain('db2: rebuild index')
  })

  it.each([
    ['scans', FORMATS.markdown.scans([HOSTILE_SCAN, HOSTILE_FAILURE, ...SAMPLE_SCANS], all)],
    ['records', FORMATS.markdown.records(SAMPLE_RECORDS, all)],
    ['status', FORMATS.markdown.status(SAMPLE_STACKS, view)],
  ])('shows foreign text as code only: %s', (_, text) => {
    const parts = read(text)
    expect(parts.texts.filter((one) => /@|http|Fixes|closes|script|xxxx|aws_|prod\//.test(one))).toEqual([])
    expect(parts.html.filter((one) => !isFold(one))).toEqual([])
    expect(parts.others).toEqual([])
    expect(text.replaceAll('\n', '').replaceAll('\u2060', '')).not.toMatch(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u,
    )
  })

  it('keeps every table a table, whatever the cells hold', () => {
    const text = FORMATS.markdown.scans([HOSTILE_SCAN, HOSTILE_FAILURE], all)
    for (const [heading, ...rows] of read(text).cellsPerRow) expect(new Set(rows)).toEqual(new Set([heading]))
    const address = 'a|b\\|c `d` ||'
    const one = FORMATS.markdown.scans([buildScan({ records: [buildRecord({ address })] })], view)
    expect(read(one).codes).toContain(address)
  })

  it('lets no text end its block of code', () => {
    const detail = '```\n<img src=x>\n````\n[a](https://example.com)'
    const parts = read(FORMATS.markdown.scans([buildScan({ records: [buildRecord({ detail })] })], view))
    expect(parts.html.filter((one) => !isFold(one))).toEqual([])
    expect(parts.others).toEqual([])
  })

  it('speaks to nobody, closes nothing and gives no robot a command', () => {
    const detail = '@root thanks; ops@acme.io\nfixes #12, Closes: acme/infra#3, resolved\n/lgtm'
    const text = FORMATS.markdown.scans([buildScan({ records: [buildRecord({ detail })] })], view)
    expect(text).not.toMatch(/(?<!\w)@\w/)
    expect(text).toContain('ops@acme.io')
    expect(text).not.toMatch(/(fix(es)?|close[sd]?|resolve[sd]?):?\s+[^\s\u2060]*#\d/i)
    expect(text).not.toMatch(/^\//m)
    expect(text).toContain('resolved')
  })

  it('is at most 60,000 characters long, closes what it opens and counts the rest', () => {
    const records = Array.from({ length: 900 }, (_, index) =>
      buildRecord({
        address: `module.m["${'k'.repeat(100)}"].aws_vpc.v[${index}]`,
        detail: 'x '.repeat(500),
      }),
    )
    const scans = Array.from({ length: 300 }, (_, index) =>
      buildScan({
        id: `scan-${index}`,
        stack: `prod/${index}`,
        status: index % 2 ? 'failed' : 'drifted',
        error:
          index % 2
            ? { code: 'PLAN_FAILED', phase: 'plan', message: 'm '.repeat(9_000), retryable: false }
            : null,
        records: index % 2 ? [] : records,
      }),
    )
    for (const text of [
      FORMATS.markdown.scans(scans, view),
      FORMATS.markdown.scans(scans.slice(0, 1), view),
      FORMATS.markdown.status(
        Array.from({ length: 2_000 }, () => SAMPLE_STACKS[0] ?? never()),
        view,
      ),
    ]) {
      expect(text.length).toBeLessThanOrEqual(60_000)
      expect(text.length).toBeGreaterThan(40_000)
      expect(text).toMatch(/… and [\d,]+ more/)
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length)
    }
  })

  it('shows the values of single records in full, and cuts what would take all of the room', () => {
    const word = 'word '.repeat(200)
    const record = (declared: string) =>
      buildRecord({ changes: [{ path: ['a'], cause: 'outside', declared, actual: '', sensitive: false }] })
    const show = (one: ReturnType<typeof record>) =>
      FORMATS.markdown.records([{ record: one, scan: buildScan() }], all)
    expect(show(record(word)).match(/word/g)).toHaveLength(200)
    expect(show(record(word.repeat(200)))).toMatch(/… and [\d,]+ more lines\n```\n\n<\/details>/)
  })

  it('sums up the status, and says what is stale', () => {
    const text = FORMATS.markdown.status(SAMPLE_STACKS.slice(0, 7), view)
    expect(text.split('\n')[0]).toBe(
      '**7 stacks: 1 drifted, 1 failed, 1 incomplete, 1 pending, 2 in-sync, 1 unknown (2 stale)**',
    )
    expect(text).toContain('| `prod/old` | ✓ in-sync | – | 50 of 50 verified | 1 h ago (stale) | – |')
  })
})

interface Parts {
  readonly texts: string[]
  readonly codes: string[]
  readonly html: string[]
  /** Links, images, autolinks. */
  readonly others: string[]
  /** For every table the number of cells of every row. */
  readonly cellsPerRow: number[][]
}

/** What a forge makes of it: CommonMark with tables, HTML and autolinks. */
function read(text: string): Parts {
  const parts: Parts = { texts: [], codes: [], html: [], others: [], cellsPerRow: [] }
  const tokens = new MarkdownIt({ html: true, linkify: true }).parse(text, {})
  for (const token of tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
    if (token.type === 'text') parts.texts.push(token.content)
    else if (token.type === 'code_inline') parts.codes.push(token.content)
    else if (/^html_/.test(token.type)) parts.html.push(token.content.trim())
    else if (/^(link|image)/.test(token.type)) parts.others.push(token.type)
    else if (token.type === 'table_open') parts.cellsPerRow.push([])
    else if (token.type === 'tr_open') parts.cellsPerRow.at(-1)?.push(0)
    else if (/^t[hd]_open$/.test(token.type)) countCell(parts.cellsPerRow.at(-1) ?? [])
  }
  return parts
}

function countCell(rows: number[]): void {
  rows.push((rows.pop() ?? 0) + 1)
}

function isFold(html: string): boolean {
  return html === '</details>' || /^<details><summary><code>[^<>]*<\/code><\/summary>$/.test(html)
}

function never(): never {
  throw new Error('no sample')
}
