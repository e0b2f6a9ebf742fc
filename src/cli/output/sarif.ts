import { jsonText } from '../../documents/json-text.js'
import { type SeenRecord, seenScans } from '../../documents/seen-scans.js'
import { isDrift } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { readVersion } from '../version.js'
import type { ReportView } from './report-view.js'
import { scanInvocation, statusInvocation } from './sarif-invocation.js'
import { recordResult, statusResult } from './sarif-result.js'
import { KIND_RULES, type SarifRule, STATUS_RULES } from './sarif-rules.js'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/**
 * SARIF 2.1.0: one run (GitHub takes at most 20), an invocation per scan, a result per drift record at its line of
 * code; with `isAll` also unapplied and informational records, which are no failures, and suppressed those that a rule
 * accepts. Ends with a line break.
 */
export function renderScansSarif(scans: readonly Scan[], view: ReportView): string {
  const results = scans.flatMap((scan, invocationIndex) =>
    scan.records
      .filter((record) => view.isAll || isDrift(record))
      .map((record) => recordResult(record, { scan, invocationIndex })),
  )
  return renderRun({ rules: KIND_RULES, invocations: scans.map(scanInvocation), results })
}

/** The scans of single records, with these records alone. */
export function renderRecordsSarif(seen: readonly SeenRecord[], view: ReportView): string {
  return renderScansSarif(seenScans(seen), view)
}

/** A result per stack of which no fresh verdict says that nothing drifted. */
export function renderStatusSarif(stacks: readonly StackStatus[]): string {
  const results = stacks.flatMap((stack, invocationIndex) => statusResult(stack, invocationIndex) ?? [])
  return renderRun({ rules: STATUS_RULES, invocations: stacks.map(statusInvocation), results })
}

function renderRun(run: {
  readonly rules: readonly SarifRule[]
  readonly invocations: readonly object[]
  readonly results: readonly object[]
}): string {
  const { rules, invocations, results } = run
  const driver = { name: 'driftd', version: readVersion(), rules }
  const root = { description: { text: 'The root of the repository, or the folder that was compared.' } }
  const document = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        invocations,
        originalUriBaseIds: { '%SRCROOT%': root },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  }
  return jsonText(document, { isIndented: true })
}
