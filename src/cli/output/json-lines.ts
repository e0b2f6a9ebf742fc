import { jsonText } from '../../documents/json-text.js'
import { scansDocument } from '../../documents/scans-document.js'
import { type SeenRecord, seenScans } from '../../documents/seen-scans.js'
import { statusDocument } from '../../documents/status-document.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import type { ReportView } from './report-view.js'

/**
 * Every scan on a line of its own, each the document of `-o json` with that scan alone, so that one JSON Schema and
 * one reader serve both. Without scans the empty document.
 */
export function renderScansJsonLines(scans: readonly Scan[], { drifts }: ReportView): string {
  return lines(scans, (some) =>
    scansDocument(
      some,
      drifts?.filter(({ stack }) => some.some((scan) => scan.stack === stack)),
    ),
  )
}

/** The scans of single records, with these records alone, on a line each. */
export function renderRecordsJsonLines(seen: readonly SeenRecord[], view: ReportView): string {
  return renderScansJsonLines(seenScans(seen), view)
}

/** The status of every stack on a line, each the document of `-o json` with that stack alone. */
export function renderStatusJsonLines(stacks: readonly StackStatus[]): string {
  return lines(stacks, (some) => statusDocument(some, null))
}

function lines<T>(items: readonly T[], document: (items: readonly T[]) => object): string {
  if (items.length === 0) return jsonText(document([]), { isIndented: false })
  return items.map((item) => jsonText(document([item]), { isIndented: false })).join('')
}
