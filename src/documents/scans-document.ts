import type { Drift } from '../domain/drift.js'
import type { Change, DriftRecord } from '../domain/record.js'
import type { Scan } from '../domain/scan.js'
import { driftDocument } from './drifts-document.js'
import { SCHEMA_VERSION } from './schema-version.js'
import { type SeenRecord, seenScans } from './seen-scans.js'

/** `{ schemaVersion, scans }`, keys in the order of product.md; with `drifts` what is known of their records over time. */
export function scansDocument(scans: readonly Scan[], drifts?: readonly Drift[]): object {
  const document = { schemaVersion: SCHEMA_VERSION, scans: scans.map(scanDocument) }
  return drifts === undefined ? document : { ...document, drifts: drifts.map(driftDocument) }
}

/** The document of single records: their scans, with these records alone. */
export function recordsDocument(seen: readonly SeenRecord[], drifts?: readonly Drift[]): object {
  return scansDocument(seenScans(seen), drifts)
}

/** A scan as the document has it. Whole milliseconds; a sensitive change has no values, whoever made it. */
function scanDocument(scan: Scan): object {
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

/** A record as documents have it. */
export function recordDocument(record: DriftRecord): object {
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
    // JSON.stringify leaves out what is undefined
    ignored: record.ignored && {
      reason: record.ignored.reason,
      owner: record.ignored.owner,
      until: record.ignored.until,
    },
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
