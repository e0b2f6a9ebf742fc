import type { AlertMessage, AlertReason, AlertRecord } from '../domain/alert-message.js'
import { recordDocument } from './scans-document.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** What happened, as receivers tell events apart (Standard Webhooks); the reason says the same in more detail. */
const EVENT_TYPES: Readonly<Record<AlertReason, string>> = {
  'first-drift': 'drift.opened',
  'rule-expired': 'drift.opened',
  'drift-changed': 'drift.changed',
  'severity-raised': 'drift.changed',
  'repeat-due': 'drift.open',
  resolved: 'drift.resolved',
  'pending-too-long': 'code.unapplied',
  'scan-failing': 'scan.failing',
  stale: 'scan.stale',
  recovered: 'scan.recovered',
  digest: 'digest',
  'still-alive': 'alive',
  remediation: 'remediation',
  repository: 'repository',
  test: 'test',
  none: 'none',
}

/**
 * The body of a webhook (product.md, Webhook). `stack` and what is of it are null where the message is about several stacks
 * or none: each record names its own.
 */
export function alertDocument(message: AlertMessage): object {
  const { stacks, omitted, reason } = message
  const stack = stacks.length + omitted.stacks === 1 ? stacks[0] : undefined
  return {
    schemaVersion: SCHEMA_VERSION,
    type: EVENT_TYPES[reason],
    reason,
    stack: stack?.name ?? null,
    repository: stack?.repository ?? null,
    commit: stack?.commit ?? null,
    status: stack?.status ?? null,
    records: message.records.map(alertRecordDocument),
    resolved: message.resolved.map((item) => ({
      ...alertRecordDocument(item),
      resolvedAt: item.resolvedAt,
      resolution: item.resolution,
    })),
  }
}

function alertRecordDocument(item: AlertRecord): object {
  const { stack, since, sourceUrl, changedBy, record } = item
  // a message of an older driftd that waits in the store has none
  const severityReason = item.severityReason ?? null
  return { stack, since, sourceUrl, changedBy, severityReason, ...recordDocument(record) }
}
