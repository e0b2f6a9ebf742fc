import type { SeenRecord } from '../../documents/seen-scans.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import type { FormatName } from './format-names.js'
import { renderRecordsJson, renderScansJson, renderStatusJson } from './json.js'
import { renderRecordsJsonLines, renderScansJsonLines, renderStatusJsonLines } from './json-lines.js'
import { renderRecordsJunit, renderScansJunit, renderStatusJunit } from './junit.js'
import { renderRecordsMarkdown, renderScansMarkdown } from './markdown.js'
import { renderStatusMarkdown } from './markdown-status.js'
import { renderRecords } from './record-report.js'
import type { ReportView } from './report-view.js'
import { renderRecordsSarif, renderScansSarif, renderStatusSarif } from './sarif.js'
import { renderStatusTable, type StatusView } from './status-table.js'
import { renderScansTable } from './table.js'

/** One way to write results: data in, text out; each text ends with a line break. */
export interface OutputFormat {
  scans(scans: readonly Scan[], view: ReportView): string
  status(stacks: readonly StackStatus[], view: StatusView): string
  /** Records in full, one after the other. */
  records(seen: readonly SeenRecord[], view: ReportView): string
}

/** Every format, by its name. */
export const FORMATS: Readonly<Record<FormatName, OutputFormat>> = {
  table: { scans: renderScansTable, status: renderStatusTable, records: renderRecords },
  json: { scans: renderScansJson, status: renderStatusJson, records: renderRecordsJson },
  jsonl: { scans: renderScansJsonLines, status: renderStatusJsonLines, records: renderRecordsJsonLines },
  markdown: { scans: renderScansMarkdown, status: renderStatusMarkdown, records: renderRecordsMarkdown },
  junit: { scans: renderScansJunit, status: renderStatusJunit, records: renderRecordsJunit },
  sarif: { scans: renderScansSarif, status: renderStatusSarif, records: renderRecordsSarif },
}
