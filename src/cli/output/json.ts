import { jsonText } from '../../documents/json-text.js'
import { recordsDocument, scansDocument } from '../../documents/scans-document.js'
import type { SeenRecord } from '../../documents/seen-scans.js'
import { statusDocument } from '../../documents/status-document.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import type { ReportView } from './report-view.js'
import type { StatusView } from './status-table.js'

/** The document of scans: `{ schemaVersion, scans }`. Ends with a line break. */
export function renderScansJson(scans: readonly Scan[], { drifts }: ReportView): string {
  return jsonText(scansDocument(scans, drifts), { isIndented: true })
}

/** The document of single records: their scans, with these records alone. Ends with a line break. */
export function renderRecordsJson(seen: readonly SeenRecord[], { drifts }: ReportView): string {
  return jsonText(recordsDocument(seen, drifts), { isIndented: true })
}

/** The document of `driftd status`: `{ schemaVersion, stacks, daemon, queue }`. Ends with a line break. */
export function renderStatusJson(
  stacks: readonly StackStatus[],
  { daemon }: Pick<StatusView, 'daemon'>,
): string {
  return jsonText(statusDocument(stacks, daemon), { isIndented: true })
}
