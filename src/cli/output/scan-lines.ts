import { type DriftRecord, isIgnored } from '../../domain/record.js'
import type { Scan } from '../../domain/scan.js'
import { compareSeverities, SEVERITIES } from '../../domain/severity.js'
import { countOf } from '../../lib/text/count-of.js'
import type { KnownDrifts } from './drifts-of.js'
import type { Palette } from './paint.js'
import { pendingLines } from './pending-lines.js'
import { recordLines } from './record-lines.js'
import { coverageBlocks, problemBlocks } from './scan-remarks.js'
import { isShownInFull } from './shown-records.js'

/** Where and how a scan is written, and whether every record is shown. */
export interface ScanLayout {
  readonly palette: Palette
  readonly width: number
  readonly isAll: boolean
  readonly drifts: KnownDrifts
}

const INDENT = '  '

/** Everything below the headline of a scan: what failed, warnings, drift by severity, the rest in short. */
export function scanLines(scan: Scan, layout: ScanLayout): readonly string[] {
  const inner = { ...layout, width: layout.width - INDENT.length }
  const blocks = [
    ...problemBlocks(scan, inner),
    ...driftBlocks(scan.records, inner),
    pendingLines(scan.records, inner),
    hiddenLines(scan.records, inner),
    ...coverageBlocks(scan, inner),
  ].filter((block) => block.length > 0)
  return blocks.flatMap((block) => ['', ...block.map((line) => (line === '' ? '' : INDENT + line))])
}

/** One block a severity. */
function driftBlocks(records: readonly DriftRecord[], layout: ScanLayout): readonly (readonly string[])[] {
  const shown = records
    .filter((record) => isShownInFull(record, layout.isAll))
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

function hiddenLines(records: readonly DriftRecord[], { palette, isAll }: ScanLayout): readonly string[] {
  if (isAll) return []
  const ignored = records.filter(isIgnored).length
  const informational = records.filter(
    (record) => record.kind === 'informational' && !isIgnored(record),
  ).length
  const texts = [
    ignored === 0 ? '' : `${ignored} ignored by rules of .driftd.yaml`,
    informational === 0 ? '' : countOf(informational, 'informational difference'),
  ].filter((text) => text !== '')
  return texts.map((text) => palette.dim(`${text} hidden (--all shows them)`))
}
