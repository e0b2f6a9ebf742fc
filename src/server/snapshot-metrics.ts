import { Gauge, type Registry } from 'prom-client'
import { planExitCode } from '../domain/plan-exit-code.js'
import type { Kind } from '../domain/record.js'
import type { Severity } from '../domain/severity.js'
import type { StackStatus } from '../domain/stack-status.js'
import { coverageRatio } from '../domain/verdict.js'

/** Open drift of one stack, kind and severity. */
export interface OpenRecordCount {
  readonly stack: string
  readonly kind: Kind
  readonly severity: Severity
  readonly count: number
}

/** How things stand at one moment. */
export interface MetricsSnapshot {
  readonly stacks: readonly StackStatus[]
  readonly openRecords: readonly OpenRecordCount[]
  /** By provider: the gauge that says its scans as an exit code (provider.ts). */
  readonly exitCodeMetrics: ReadonlyMap<string, string>
  readonly queue: { readonly waiting: number; readonly running: number; readonly oldestWaitMs: number }
  readonly isLeader: boolean
  readonly repositories: readonly { readonly name: string; readonly isReachable: boolean }[]
  /** The most memory that a stack's engine was seen to take, where it is known. */
  readonly engineMemory: readonly { readonly stack: string; readonly bytes: number }[]
  readonly storeBytes: number
}

/** Sets every gauge of a snapshot. */
export interface SnapshotMetrics {
  set(snapshot: MetricsSnapshot): void
}

/** The gauges that are set anew at each scrape. */
export function createSnapshotMetrics(registry: Registry): SnapshotMetrics {
  const gauges = createGauges(registry)
  const exitCodes = new Map<string, Gauge>()
  return {
    set(snapshot) {
      for (const gauge of [...Object.values(gauges), ...exitCodes.values()]) gauge.reset()
      for (const stack of snapshot.stacks) setStack(gauges, stack)
      setExitCodes(snapshot, (name) => {
        const gauge = exitCodes.get(name) ?? createExitCodeGauge(registry, name)
        exitCodes.set(name, gauge)
        return gauge
      })
      for (const { count, ...labels } of snapshot.openRecords) gauges.openRecords.set(labels, count)
      for (const { name, isReachable } of snapshot.repositories)
        gauges.repositories.set({ repository: name }, isReachable ? 1 : 0)
      for (const { stack, bytes } of snapshot.engineMemory) gauges.engineMemory.set({ stack }, bytes)
      gauges.queueDepth.set(snapshot.queue.waiting)
      gauges.running.set(snapshot.queue.running)
      gauges.oldestWait.set(snapshot.queue.oldestWaitMs / 1_000)
      gauges.leader.set(snapshot.isLeader ? 1 : 0)
      gauges.storeBytes.set(snapshot.storeBytes)
    },
  }
}

type Gauges = ReturnType<typeof createGauges>

function createGauges(registry: Registry) {
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Gauge<Label>({ name, help, labelNames: [...labelNames], registers: [registry] })
  return {
    openRecords: gauge('driftd_open_records', 'Open drift', ['stack', 'kind', 'severity']),
    status: gauge('driftd_stack_status', '1 for the current status of a stack; others are absent', [
      'stack',
      'status',
    ]),
    stale: gauge('driftd_stack_stale', '1: the last good scan of a stack is too old, or there is none', [
      'stack',
    ]),
    lastSuccess: gauge(
      'driftd_last_success_timestamp_seconds',
      'When the last scan of a stack that reached a verdict began',
      ['stack'],
    ),
    coverage: gauge('driftd_coverage_ratio', 'Share of a stack that its last scan verified', ['stack']),
    engineMemory: gauge('driftd_engine_memory_bytes', 'Most memory the engine of a stack was seen to take', [
      'stack',
    ]),
    repositories: gauge('driftd_repository_reachable', '1: the remote of a repository answered last time', [
      'repository',
    ]),
    queueDepth: gauge('driftd_queue_depth', 'Scans that wait'),
    running: gauge('driftd_queue_running', 'Scans that run'),
    oldestWait: gauge('driftd_queue_oldest_wait_seconds', 'How long the scan that waits longest has waited'),
    leader: gauge('driftd_leader', '1: this daemon leads'),
    storeBytes: gauge('driftd_store_size_bytes', 'Size of the store'),
  }
}

function setStack(gauges: Gauges, stack: StackStatus): void {
  const { name, status, stale, lastGoodScanAt, coverage } = stack
  gauges.status.set({ stack: name, status }, 1)
  gauges.stale.set({ stack: name }, stale ? 1 : 0)
  if (lastGoodScanAt !== null) gauges.lastSuccess.set({ stack: name }, Date.parse(lastGoodScanAt) / 1_000)
  if (coverage !== null) gauges.coverage.set({ stack: name }, coverageRatio(coverage))
}

function setExitCodes(snapshot: MetricsSnapshot, gaugeOf: (name: string) => Gauge): void {
  for (const { name, provider, status } of snapshot.stacks) {
    const metric = snapshot.exitCodeMetrics.get(provider)
    if (metric !== undefined && status !== 'unknown')
      gaugeOf(metric).set({ stack: name }, planExitCode(status))
  }
}

function createExitCodeGauge(registry: Registry, name: string): Gauge {
  const help =
    'The last scan of a stack as an exit code: 0 nothing differs, 1 no verdict, 2 something differs'
  return new Gauge({ name, help, labelNames: ['stack'], registers: [registry] })
}
