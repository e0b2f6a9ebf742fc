import type { DaemonStatus } from '../domain/daemon-status.js'
import type { StackStatus } from '../domain/stack-status.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** `{ schemaVersion, stacks, daemon, queue, alerts, rules }`; without the last four where nobody asked for them. */
export function statusDocument(stacks: readonly StackStatus[], status: DaemonStatus | null): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    stacks: stacks.map(stackDocument),
    ...(status === null ? {} : daemonDocument(status)),
  }
}

function daemonDocument({ daemon, queue, alerts, rules }: DaemonStatus): object {
  return {
    daemon: daemon && { host: daemon.host, pid: daemon.pid, since: daemon.since },
    queue: { waiting: queue.waiting, running: queue.running, oldestQueuedAt: queue.oldestQueuedAt },
    alerts: { waiting: alerts.waiting, dead: alerts.dead },
    rules: { expired: rules.expired, dead: rules.dead },
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
