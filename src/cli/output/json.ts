import type { Change, DriftRecord } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'

/** The version of every JSON document of driftd (product.md, the record as JSON). */
export const SCHEMA_VERSION = 1

// JSON.stringify leaves these as they are; a terminal would obey them
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu

/** The document of scans: `{ schemaVersion, scans }`, keys in the order of product.md. Ends with a line break. */
export function renderScansJson(scans: readonly Scan[]): string {
  return render({ schemaVersion: SCHEMA_VERSION, scans: scans.map(scanDocument) })
}

/** The document of single records: their scans, with these records alone. Ends with a line break. */
export function renderRecordsJson(
  seen: readonly { readonly record: DriftRecord; readonly scan: Scan }[],
): string {
  const scans = new Map(seen.map(({ scan }) => [scan.id, scan]))
  return renderScansJson(
    [...scans.values()].map((scan) => ({
      ...scan,
      records: seen.filter((one) => one.scan.id === scan.id).map(({ record }) => record),
    })),
  )
}

/** The document of `driftd status`: `{ schemaVersion, stacks }`. Ends with a line break. */
export function renderStatusJson(stacks: readonly StackStatus[]): string {
  return render({ schemaVersion: SCHEMA_VERSION, stacks: stacks.map(statusDocument) })
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

function statusDocument(stack: StackStatus): object {
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

/** Such characters stand in strings only, where `\uXXXX` means the same; line breaks of the layout stay. */
function render(document: object): string {
  const text = JSON.stringify(document, null, 2).replace(UNSAFE, (character) =>
    character === '\n' ? character : utf16Escapes(character),
  )
  return `${text}\n`
}

function utf16Escapes(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')
}
