import type { DriftEvent } from '../domain/drift.js'
import type { StackHistory } from '../domain/history.js'
import type { PastScan } from '../domain/scan.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** `{ schemaVersion, history }`. */
export function historyDocument(history: StackHistory): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    history: {
      stack: history.stack,
      configured: history.isConfigured,
      meanTimeToDetectMs: history.meanTimeToDetectMs,
      meanTimeToResolveMs: history.meanTimeToResolveMs,
      days: history.days.map(({ date, scans, failed, opened, resolved, leastCoverage }) => ({
        date,
        scans,
        failed,
        opened,
        resolved,
        leastCoverage,
      })),
      scans: history.scans.map(scanDocument),
      events: history.events.map(eventDocument),
    },
  }
}

function scanDocument({ id, status, startedAt, durationMs, commit, coverage, error }: PastScan): object {
  return {
    id,
    status,
    startedAt,
    durationMs: Math.round(durationMs),
    commit,
    coverage: { verified: coverage.verified, applicable: coverage.applicable },
    error: error && { code: error.code, phase: error.phase },
  }
}

function eventDocument(event: DriftEvent): object {
  const { record } = event
  return {
    id: event.id,
    type: event.type,
    at: event.at,
    since: event.since,
    scan: event.scan,
    commit: event.commit,
    by: event.by,
    resolution: event.resolution,
    detail: event.detail,
    record: {
      id: record.id,
      fingerprint: record.fingerprint,
      kind: record.kind,
      severity: record.severity,
      address: record.address,
      host: record.host,
    },
  }
}
