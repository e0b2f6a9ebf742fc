import type { Change, DriftRecord } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { jsonText } from './json-text.js'
import type { SeenRecord } from './record-report.js'
import { seenScans } from './seen-scans.js'

/** The version of every JSON document of driftd (product.md, the record as JSON). */
export const SCHEMA_VERSION = 1

/** The document of scans: `{ schemaVersion, scans }`, keys in the order of product.md. Ends with a line break. */
export function renderScansJson(scans: readonly Scan[]): string {
  return jsonText(scansDocument(scans), { isIndented: true })
}

/** The document of single records: their scans, with these records alone. Ends with a line break. */
export function renderRecordsJson(seen: readonly SeenRecord[]): string {
  return renderScansJson(seenScans(seen))
}

/** The document of `driftd status`: `{ schemaVersion, stacks }`. Ends with a line break. */
export function renderStatusJson(stacks: readonly StackStatus[]): string {
  return jsonText(statusDocument(stacks), { isIndented: true })
}

/** `{ schemaVersion, scans }`. */
export function scansDocument(scans: readonly Scan[]): object {
  return { schemaVersion: SCHEMA_VERSION, scans: scans.map(scanDocument) }
}

/** `{ schemaVersion, stacks }`. */
export function statusDocument(stacks: readonly StackStatus[]): object {
  return { schemaVersion: SCHEMA_VERSION, stacks: stacks.map(stackDocument) }
}

/** A scan as the document has it. Whole milliseconds; a sensitive change has no values, whoever made it. */
export function scanDocument(scan: Scan): object {
  return {
    id: scan.id,
    stack: scan.stack,
    provider: scan.provider,
    repository: scan.repository,
    commit: scan.commit,
    status: scan.status,
    startedAt: scan.startedAt,
    durationMs: Math.round(scan.durationMs),
    phases: scan.phases.map(({ name, durationMs }) => ({ name, durationMs: Math.round(durationMs) })),
    coverage: {
      verified: scan.coverage.verified,
      applicable: scan.coverage.applicable,
      unverified: scan.coverage.unverified.map(({ what, reason }) => ({ what, reason })),
      executed: scan.coverage.executed,
    },
    error: scan.error && {
      code: scan.error.code,
      phase: scan.error.phase,
      message: scan.error.message,
      retryable: scan.error.retryable,
    },
    warnings: scan.warnings.map(({ code, message }) => ({ code, message })),
    records: scan.records.map(recordDocument),
  }
}

function recordDocument(record: DriftRecord): object {
  return {
    id: record.id,
    fingerprint: record.fingerprint,
    contentHash: record.contentHash,
    kind: record.kind,
    action: record.action,
    correctable: record.correctable,
    severity: record.severity,
    address: record.address,
    resourceType: record.resourceType,
    host: record.host,
    source: record.source && { file: record.source.file, line: record.source.line },
    changes: record.changes.map(changeDocument),
    detail: record.detail,
  }
}

function changeDocument(change: Change): object {
  const { path, cause, sensitive } = change
  if (sensitive) return { path, cause, sensitive }
  // JSON.stringify leaves out what is undefined
  return {
    path,
    cause,
    declared: change.declared,
    actual: change.actual,
    recorded: change.recorded,
    sensitive,
    hunks: change.hunks,
    truncated: change.truncated,
    declaredBytes: change.declaredBytes,
    actualBytes: change.actualBytes,
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
