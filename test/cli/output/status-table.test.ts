import { describe, expect, it } from 'vitest'
import { ageText, renderStatusTable } from '../../../src/cli/output/status-table.js'
import type { StackStatus } from '../../../src/domain/stack-status.js'
import { widthOf } from '../../../src/lib/text/text-width.js'

const now = new Date('2026-11-20T10:21:00.000Z')
const view = { columns: 140, isColored: false, now, daemon: null }

describe('renderStatusTable', () => {
  it('shows status, drift, coverage, age and the next scan of every stack', () => {
    const lines = renderStatusTable([buildStatus({})], view).split('\n')
    expect(lines[0]).toMatch(/^STACK +STATUS +OPEN DRIFT +VERIFIED +LAST GOOD SCAN +NEXT SCAN$/)
    expect(lines[1]).toMatch(
      /^prod\/network +✗ drifted +1 critical, 2 medium +50 of 50 +4 min ago +in 26 min$/,
    )
  })

  it('never shows a stack without a scan as green', () => {
    const stack = buildStatus({
      status: 'unknown',
      coverage: null,
      lastGoodScanAt: null,
      nextScanAt: null,
      stale: true,
    })
    const text = renderStatusTable([stack], view)
    expect(text).toMatch(/· unknown .* never \(stale\)/)
    expect(text).not.toContain('✓')
  })

  it('says which good scan is too old', () => {
    const stack = buildStatus({ stale: true, lastGoodScanAt: '2026-11-17T10:17:00.000Z' })
    expect(renderStatusTable([stack], view)).toContain('3 d ago (stale)')
  })

  it('does not show in green what was in sync too long ago', () => {
    const status = (stale: boolean): string =>
      renderStatusTable([buildStatus({ status: 'in-sync', stale })], { ...view, isColored: true })
    expect(status(false)).toContain('\u001b[32m✓ in-sync')
    expect(status(true)).toContain('\u001b[33m✓ in-sync')
  })

  it.each([60, 80, 100])('fits into %i columns with a long name', (columns) => {
    const text = renderStatusTable([buildStatus({ name: 'a/'.repeat(60) }), buildStatus({})], {
      ...view,
      columns,
    })
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(columns)
    expect(text).toContain('✗ drifted')
  })

  it('says who scans, what people were not told, and which rules accept nothing any more', () => {
    const daemon = {
      daemon: { host: 'ops\u001b1', pid: 7, since: '2026-11-20T10:17:00.000Z' },
      queue: { waiting: 2, running: 1, oldestQueuedAt: null },
      alerts: { waiting: 1, dead: 2 },
      rules: { expired: 1, dead: 2 },
    }
    const lines = renderStatusTable([buildStatus({})], { ...view, daemon }).split('\n')
    expect(lines.slice(3)).toEqual([
      'daemon: ops\\u001b1:7, since 4 min ago · 1 running · 2 waiting',
      '1 message to be delivered',
      '2 messages could not be delivered: driftd alerts list --dead',
      '1 ignore rule has expired, 2 ignore rules matched nothing for 30 days: driftd ignore --list',
      '',
    ])
    const quiet = { ...daemon, alerts: { waiting: 0, dead: 0 }, rules: { expired: 0, dead: 0 } }
    expect(renderStatusTable([buildStatus({})], { ...view, daemon: quiet }).split('\n')).toHaveLength(5)
  })

  it('says so where there are no stacks', () => {
    expect(renderStatusTable([], view)).toBe('no stacks are configured\n')
  })
})

describe('ageText', () => {
  it.each([
    ['2026-11-20T10:20:30.000Z', 'just now'],
    ['2026-11-20T10:17:00.000Z', '4 min ago'],
    ['2026-11-20T07:00:00.000Z', '3 h ago'],
    ['2026-11-19T01:00:00.000Z', '33 h ago'],
    ['2026-11-10T10:21:00.000Z', '10 d ago'],
    ['2026-11-20T10:21:30.000Z', 'in a moment'],
    ['2026-11-20T12:21:00.000Z', 'in 2 h'],
  ])('of %s is %s', (time, text) => {
    expect(ageText(time, now)).toBe(text)
  })
})

function buildStatus(overrides: Partial<StackStatus>): StackStatus {
  return {
    name: 'prod/network',
    provider: 'terraform',
    status: 'drifted',
    stale: false,
    openDrift: { critical: 1, high: 0, medium: 2, low: 0, info: 0 },
    coverage: { verified: 50, applicable: 50 },
    lastScanAt: '2026-11-20T10:17:00.000Z',
    lastGoodScanAt: '2026-11-20T10:17:00.000Z',
    nextScanAt: '2026-11-20T10:47:00.000Z',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    ...overrides,
  }
}
