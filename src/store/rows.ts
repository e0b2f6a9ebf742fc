import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '../domain/errors.js'
import { ACTIONS, CAUSES, type Change, type DriftRecord, type JsonValue, KINDS } from '../domain/record.js'
import type { PastScan } from '../domain/scan.js'
import { PHASE_NAMES, SCAN_STATUSES, type Scan, UNVERIFIED_REASONS } from '../domain/scan.js'
import { SEVERITIES } from '../domain/severity.js'
import type { RecordTable, ScanTable } from './tables.js'

/** The row of a scan. */
export function scanToRow(scan: Scan): Insertable<ScanTable> {
  return {
    id: scan.id,
    stack: scan.stack,
    provider: scan.provider,
    repository: scan.repository,
    commit_id: scan.commit,
    status: scan.status,
    started_at: scan.startedAt,
    duration_ms: scan.durationMs,
    phases: JSON.stringify(scan.phases),
    verified: scan.coverage.verified,
    applicable: scan.coverage.applicable,
    unverified: JSON.stringify(scan.coverage.unverified),
    executed: JSON.stringify(scan.coverage.executed),
    error: scan.error && JSON.stringify(scan.error),
    warnings: JSON.stringify(scan.warnings),
  }
}

/** The row of a record, at its place in the scan. */
export function recordToRow(scanId: string, record: DriftRecord, position: number): Insertable<RecordTable> {
  return {
    scan_id: scanId,
    position,
    id: record.id,
    fingerprint: record.fingerprint,
    content_hash: record.contentHash,
    kind: record.kind,
    action: record.action,
    correctable: record.correctable ? 1 : 0,
    severity: record.severity,
    address: record.address,
    resource_type: record.resourceType,
    host: record.host,
    source_file: record.source?.file ?? null,
    source_line: record.source?.line ?? null,
    changes: JSON.stringify(withoutSecrets(record).changes),
    detail: record.detail,
    ignored: record.ignored === undefined ? null : JSON.stringify(record.ignored),
  }
}

/** The scan of a row and of the rows of its records, in order. Throws a ZodError or SyntaxError where one is damaged. */
export function rowToScan(row: Selectable<ScanTable>, records: readonly DriftRecord[]): Scan {
  return {
    ...rowToPastScan(row),
    phases: z.array(phaseSchema).parse(JSON.parse(row.phases)),
    warnings: z.array(warningSchema).parse(JSON.parse(row.warnings)),
    records,
  }
}

/** The scan of a row, without its records. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToPastScan(row: Omit<Selectable<ScanTable>, 'phases' | 'warnings'>): PastScan {
  return {
    id: row.id,
    stack: row.stack,
    provider: row.provider,
    repository: row.repository,
    commit: row.commit_id,
    status: statusSchema.parse(row.status),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    coverage: {
      verified: row.verified,
      applicable: row.applicable,
      unverified: z.array(unverifiedSchema).parse(JSON.parse(row.unverified)),
      executed: z.array(z.string()).parse(JSON.parse(row.executed)),
    },
    error: row.error === null ? null : errorSchema.parse(JSON.parse(row.error)),
  }
}

/** The record of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToRecord(row: Selectable<RecordTable>): DriftRecord {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    contentHash: row.content_hash,
    kind: z.enum(KINDS).parse(row.kind),
    action: actionSchema.parse(row.action),
    correctable: row.correctable === 1,
    severity: z.enum(SEVERITIES).parse(row.severity),
    address: row.address,
    resourceType: row.resource_type,
    host: row.host,
    source:
      row.source_file === null || row.source_line === null
        ? null
        : { file: row.source_file, line: row.source_line },
    changes: z.array(changeSchema).parse(JSON.parse(row.changes)),
    detail: row.detail,
    ...(row.ignored !== null && { ignored: ruleSchema.parse(JSON.parse(row.ignored)) }),
  }
}

/** No value of a sensitive change reaches the database, whatever the provider left in it (P6). */
export function withoutSecrets(record: DriftRecord): DriftRecord {
  return { ...record, changes: record.changes.map(withoutSecret) }
}

function withoutSecret(change: Change): Change {
  return change.sensitive ? { path: change.path, cause: change.cause, sensitive: true } : change
}

/** What a scan found out, as text in a row. */
export const statusSchema = z.enum(SCAN_STATUSES)

const phaseNameSchema = z.enum(PHASE_NAMES)
const phaseSchema = z.object({ name: phaseNameSchema, durationMs: z.number() })
const unverifiedSchema = z.object({
  what: z.string(),
  reason: z.enum(UNVERIFIED_REASONS),
})
const codeSchema = z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code))
/** Why a scan has no verdict, as JSON in a row. */
export const errorSchema = z.object({
  code: codeSchema,
  phase: phaseNameSchema,
  message: z.string(),
  retryable: z.boolean(),
})
const warningSchema = z.object({ code: codeSchema, message: z.string() })
const actionSchema = z.enum(ACTIONS)
// what JSON.parse gave is JSON
const jsonSchema = z.custom<JsonValue>((value) => value !== undefined)
const hunkSchema = z.object({ oldStart: z.number(), newStart: z.number(), lines: z.array(z.string()) })
const changeSchema = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  cause: z.enum(CAUSES),
  declared: jsonSchema.exactOptional(),
  actual: jsonSchema.exactOptional(),
  recorded: jsonSchema.exactOptional(),
  sensitive: z.boolean(),
  hunks: z.array(hunkSchema).exactOptional(),
  truncated: z.boolean().exactOptional(),
  declaredBytes: z.number().exactOptional(),
  actualBytes: z.number().exactOptional(),
})

/** The rule that accepts a record, as JSON in a row. */
export const ruleSchema = z.object({ reason: z.string(), owner: z.string(), until: z.string() })

/** A whole record as JSON in a row. */
export const recordSchema = z.object({
  id: z.string(),
  fingerprint: z.string(),
  contentHash: z.string(),
  kind: z.enum(KINDS),
  action: actionSchema,
  correctable: z.boolean(),
  severity: z.enum(SEVERITIES),
  address: z.string(),
  resourceType: z.string().nullable(),
  host: z.string().nullable(),
  source: z.object({ file: z.string(), line: z.number() }).nullable(),
  changes: z.array(changeSchema),
  detail: z.string().nullable(),
  ignored: ruleSchema.exactOptional(),
})
