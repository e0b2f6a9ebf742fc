import type { DaemonStatus } from '../domain/daemon-status.js'
import type { StackStatus } from '../domain/stack-status.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** `{ schemaVersion, stacks, daemon, queue, alerts }`; without the last three where nobody asked for them. */
export function statusDocument(stacks: readonly StackStatus[], status: DaemonStatus | null): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    stacks: stacks.map(stackDocument),
    ...(status === null ? {} : daemonDocument(status)),
  }
}

function daemonDocument({ daemon, queue, alerts }: DaemonStatus): object {
  return {
    daemon: daemon && { host: daemon.host, pid: daemon.pid, since: daemon.since },
    queue: { waiting: queue.waiting, running: queue.running, oldestQueuedAt: queue.oldestQueuedAt },
    alerts: { waiting: alerts.waiting, dead: alerts.dead },
  }
}

function stackDocument(stack: StackStatus): object {
  return {
    name: stack.name,
    provider: stack.provider,
    status: stack.status,
    stale: stack.stale,
    openDrift: {
      critical: stack.openDrift.critical,
      high: stack.openDrift.high,
      medium: stack.openDrift.medium,
      low: stack.openDrift.low,
      info: stack.openDrift.info,
    },
    coverage: stack.coverage,
    lastScanAt: stack.lastScanAt,
    lastGoodScanAt: stack.lastGoodScanAt,
    nextScanAt: stack.nextScanAt,
    commit: stack.commit,
  }
}
