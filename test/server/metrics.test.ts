import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/server/metrics.js'
import type { MetricsSnapshot } from '../../src/server/snapshot-metrics.js'
import { buildScan } from '../helpers/build-record.js'
import { buildStatus } from '../helpers/build-status.js'

const EMPTY: MetricsSnapshot = {
  stacks: [],
  openRecords: [],
  exitCodeMetrics: new Map([['terraform', 'terradiff_plan_exit_code']]),
  queue: { waiting: 0, running: 0, oldestWaitMs: 0 },
  isLeader: true,
  repositories: [],
  engineMemory: [],
  storeBytes: 0,
}

/** The lines of these metrics, without comments. */
async function linesOf(names: RegExp, snapshot: Partial<MetricsSnapshot>): Promise<readonly string[]> {
  return pick(await createMetrics('0.2.0').render({ ...EMPTY, ...snapshot }), names)
}

function pick(text: string, names: RegExp): readonly string[] {
  return text.split('\n').filter((line) => names.test(line) && !line.startsWith('#'))
}

describe('a snapshot', () => {
  it('says of each stack how it stands', async () => {
    const stack = buildStatus({
      name: 'prod/network',
      status: 'drifted',
      stale: true,
      lastGoodScanAt: '2026-11-20T10:17:00.000Z',
      coverage: { verified: 3, applicable: 4 },
    })
    expect(await linesOf(/^(driftd_(stack|last|coverage)|terradiff)/, { stacks: [stack] })).toEqual([
      'driftd_stack_status{stack="prod/network",status="drifted"} 1',
      'driftd_stack_stale{stack="prod/network"} 1',
      'driftd_last_success_timestamp_seconds{stack="prod/network"} 1795169820',
      'driftd_coverage_ratio{stack="prod/network"} 0.75',
      'terradiff_plan_exit_code{stack="prod/network"} 2',
    ])
  })

  it.each([
    ['in-sync', 0],
    ['pending', 2],
    ['drifted', 2],
    ['incomplete', 1],
    ['failed', 1],
  ] as const)('says of a stack that is %s what a plan would exit with: %i', async (status, code) => {
    const stacks = [
      buildStatus({ name: 'a', status }),
      buildStatus({ name: 'web', status, provider: 'ansible' }),
    ]
    expect(await linesOf(/^terradiff/, { stacks })).toEqual([`terradiff_plan_exit_code{stack="a"} ${code}`])
  })

  it('claims nothing of a stack that was never scanned', async () => {
    const stack = buildStatus({ name: 'fresh', status: 'unknown', coverage: null, lastGoodScanAt: null })
    expect(await linesOf(/"fresh"/, { stacks: [stack] })).toEqual([
      'driftd_stack_status{stack="fresh",status="unknown"} 1',
      'driftd_stack_stale{stack="fresh"} 1',
    ])
  })

  it('has the queue, the leader, the repositories, memory and size', async () => {
    const lines = await linesOf(/^driftd_(open|queue|leader|repo|engine|store|build)/, {
      openRecords: [{ stack: 'a', kind: 'changed', severity: 'critical', count: 2 }],
      queue: { waiting: 7, running: 2, oldestWaitMs: 90_500 },
      isLeader: false,
      repositories: [
        { name: 'infra', isReachable: true },
        { name: 'gone', isReachable: false },
      ],
      engineMemory: [{ stack: 'a', bytes: 1_300_000_000 }],
      storeBytes: 4096,
    })
    expect(lines.filter((line) => !/queue_wait/.test(line))).toEqual([
      'driftd_build_info{version="0.2.0"} 1',
      'driftd_open_records{stack="a",kind="changed",severity="critical"} 2',
      'driftd_engine_memory_bytes{stack="a"} 1300000000',
      'driftd_repository_reachable{repository="infra"} 1',
      'driftd_repository_reachable{repository="gone"} 0',
      'driftd_queue_depth 7',
      'driftd_queue_running 2',
      'driftd_queue_oldest_wait_seconds 90.5',
      'driftd_leader 0',
      'driftd_store_size_bytes 4096',
    ])
  })

  it('forgets stacks, drift and repositories that are gone', async () => {
    const metrics = createMetrics('0.2.0')
    await metrics.render({
      ...EMPTY,
      stacks: [buildStatus({ name: 'former' })],
      openRecords: [{ stack: 'former', kind: 'changed', severity: 'low', count: 1 }],
      repositories: [{ name: 'former', isReachable: true }],
      engineMemory: [{ stack: 'former', bytes: 1 }],
    })
    const text = await metrics.render(EMPTY)
    expect(text).not.toContain('"former"')
  })

  it('writes names that hold quotes and line breaks as Prometheus reads them', async () => {
    const stacks = [buildStatus({ name: 'a"b\\c\nd' })]
    expect(await linesOf(/^driftd_coverage/, { stacks })).toEqual([
      'driftd_coverage_ratio{stack="a\\"b\\\\c\\nd"} 1',
    ])
  })
})

describe('what is counted', () => {
  it('is each scan by provider and status, its phases and its wait', async () => {
    const metrics = createMetrics('0.2.0')
    metrics.countScan(buildScan({ durationMs: 4_200, phases: [{ name: 'plan', durationMs: 4_100 }] }), 250)
    metrics.countScan(buildScan({ status: 'failed', phases: [] }), 0)
    const lines = pick(await metrics.render(EMPTY), /^driftd_(scan|queue_wait)/)
    expect(lines).toContain('driftd_scans_total{provider="terraform",status="in-sync"} 1')
    expect(lines).toContain('driftd_scans_total{provider="terraform",status="failed"} 1')
    expect(lines).toContain('driftd_scan_duration_seconds_sum{provider="terraform",phase="plan"} 4.1')
    expect(lines).toContain('driftd_scan_duration_seconds_count{provider="terraform",phase="total"} 2')
    expect(lines).toContain('driftd_queue_wait_seconds_sum 0.25')
    expect(lines).toContain('driftd_queue_wait_seconds_count 2')
  })

  it('is each delivery by channel and result', async () => {
    const metrics = createMetrics('0.2.0')
    metrics.countDelivery('ops', 'delivered')
    metrics.countDelivery('ops', 'retry')
    metrics.countDelivery('ops', 'retry')
    expect(pick(await metrics.render(EMPTY), /^driftd_alerts/)).toEqual([
      'driftd_alerts_total{channel="ops",result="delivered"} 1',
      'driftd_alerts_total{channel="ops",result="retry"} 2',
    ])
  })
})
