import { type DriftRecord, isDrift } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import { compareSeverities, SEVERITIES } from '../../domain/severity.js'
import { countOf } from '../../lib/text/count-of.js'
import type { Palette } from './paint.js'
import { pendingLines } from './pending-lines.js'
import { recordLines } from './record-lines.js'
import { coverageBlocks, problemBlocks } from './scan-remarks.js'

/** Where and how a scan is written, and whether every record is shown. */
export interface ScanLayout {
  readonly palette: Palette
  readonly width: number
  readonly isAll: boolean
}

const INDENT = '  '

/** Everything below the headline of a scan: what failed, warnings, drift by severity, the rest in short. */
export function scanLines(scan: Scan, layout: ScanLayout): readonly string[] {
  const inner = { ...layout, width: layout.width - INDENT.length }
  const blocks = [
    ...problemBlocks(scan, inner),
    ...driftBlocks(scan.records, inner),
    pendingLines(scan.records, inner),
    informationalLines(scan.records, inner),
    ...coverageBlocks(scan, inner),
  ].filter((block) => block.length > 0)
  return blocks.flatMap((block) => ['', ...block.map((line) => (line === '' ? '' : INDENT + line))])
}

/** One block a severity, one an informational record. */
function driftBlocks(records: readonly DriftRecord[], layout: ScanLayout): readonly (readonly string[])[] {
  const shown = records
    .filter((record) => isDrift(record) || (layout.isAll && record.kind === 'informational'))
    .sort((a, b) => compareSeverities(a.severity, b.severity))
  return SEVERITIES.flatMap((severity) => {
    const group = shown.filter((record) => record.severity === severity)
    if (group.length === 0) return []
    const heading = layout.palette.severity[severity](severity.toUpperCase())
    return [[heading, ...spaced(group.map((record) => recordLines(record, { ...layout, isFull: false })))]]
  })
}

/** Blocks below each other, an empty line around those of more than one line. */
function spaced(blocks: readonly (readonly string[])[]): readonly string[] {
  return blocks.flatMap((block, index) => {
    const before = blocks[index - 1]
    return before && Math.max(before.length, block.length) > 1 ? ['', ...block] : block
  })
}

function informationalLines(
  records: readonly DriftRecord[],
  { palette, isAll }: ScanLayout,
): readonly string[] {
  const count = records.filter((record) => record.kind === 'informational').length
  if (count === 0 || isAll) return []
  return [palette.dim(`${countOf(count, 'informational difference')} hidden (--all shows them)`)]
}
