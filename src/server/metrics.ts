import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { DeliveryResult } from '../alert/alert-dispatcher.js'
import type { Scan } from '../domain/scan.js'
import { createSnapshotMetrics, type MetricsSnapshot } from './snapshot-metrics.js'

/** What happens while the daemon runs is counted as it happens; how things stand is read at each scrape. */
export interface Metrics {
  /** A scan ended; `queueWaitMs`: how long it waited since it was due. */
  countScan(scan: Scan, queueWaitMs: number): void
  countDelivery(channel: string, result: DeliveryResult): void
  /** All of it in the text format of Prometheus. Stacks and repositories that are in no snapshot vanish. */
  render(snapshot: MetricsSnapshot): Promise<string>
}

const PHASE_BUCKETS_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800]
const WAIT_BUCKETS_SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3_600]

/** The metrics of one daemon, in a registry of their own. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'driftd_build_info',
    help: 'Always 1; the version is a label',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  const durations = new Histogram({
    name: 'driftd_scan_duration_seconds',
    help: 'Duration of scans by phase; the phase "total" is the whole scan',
    labelNames: ['provider', 'phase'],
    buckets: PHASE_BUCKETS_SECONDS,
    registers,
  })
  const scans = new Counter({
    name: 'driftd_scans_total',
    help: 'Scans that ended, by what they found out',
    labelNames: ['provider', 'status'],
    registers,
  })
  const waits = new Histogram({
    name: 'driftd_queue_wait_seconds',
    help: 'How long scans waited from when they were due until they began',
    buckets: WAIT_BUCKETS_SECONDS,
    registers,
  })
  const alerts = new Counter({
    name: 'driftd_alerts_total',
    help: 'Attempts to deliver an alert: delivered, retry (tried again), failed (given up)',
    labelNames: ['channel', 'result'],
    registers,
  })
  const snapshotMetrics = createSnapshotMetrics(registry)
  return {
    countScan({ provider, status, phases, durationMs }, queueWaitMs) {
      scans.inc({ provider, status })
      waits.observe(queueWaitMs / 1_000)
      for (const phase of phases) durations.observe({ provider, phase: phase.name }, phase.durationMs / 1_000)
      durations.observe({ provider, phase: 'total' }, durationMs / 1_000)
    },
    countDelivery: (channel, result) => alerts.inc({ channel, result }),
    async render(snapshot) {
      snapshotMetrics.set(snapshot)
      return registry.metrics()
    },
  }
}
