import { type DriftRecord, isDrift } from '../../domain/record.js'
import type { Scan, UnverifiedReason } from '../../domain/scan.js'
import { compareSeverities, SEVERITIES } from '../../domain/severity.js'
import { countOf } from './change-lines.js'
import { escapeText } from './escape-text.js'
import type { Palette } from './paint.js'
import { pathText } from './path-text.js'
import { recordLines, recordName, sourceText } from './record-lines.js'
import { cutMiddleTo, cutTo, padTo, widthOf, wrapTo } from './text-width.js'

/** Where and how a scan is written, and whether every record is shown. */
export interface ScanLayout {
  readonly palette: Palette
  readonly width: number
  readonly isAll: boolean
}

const INDENT = '  '
const MAX_PENDING = 10
const MAX_UNVERIFIED_NAMES = 3
const ACTION_WIDTH = 'replace'.length
const MAX_NAME_SHARE = 0.6
const MIN_FACTS_WIDTH = 12

const REASONS: Readonly<Record<UnverifiedReason, string>> = {
  'no-check-mode': 'the module cannot say what it would do',
  tainted: 'depends on a result that a check does not have',
  'check-mode-artifact': 'depends on what a check does not really do',
  'task-failed': 'the task failed in check mode',
  'host-unreachable': 'the host did not answer',
  'host-stopped': 'the host stopped before it',
  'plan-stopped': 'the plan stopped before it',
  denied: 'reading it was denied',
}

/** Everything below the headline of a scan: what failed, warnings, drift by severity, the rest in short. */
export function scanLines(scan: Scan, layout: ScanLayout): readonly string[] {
  const inner = { ...layout, width: layout.width - INDENT.length }
  const blocks = [
    errorLines(scan, inner),
    warningLines(scan, inner),
    ...driftBlocks(scan.records, inner),
    pendingLines(scan.records, inner),
    informationalLines(scan.records, inner),
    unverifiedLines(scan, inner),
    executedLines(scan, inner),
  ].filter((block) => block.length > 0)
  return blocks.flatMap((block) => ['', ...block.map((line) => (line === '' ? '' : INDENT + line))])
}

function errorLines({ error }: Scan, { palette, width }: ScanLayout): readonly string[] {
  if (error === null) return []
  const advice = error.retryable
    ? `may pass by itself: scan again; ${error.code} in docs/errors.md says more`
    : `${error.code} in docs/errors.md says what to do`
  const message = error.message.split('\n').flatMap((line) => wrapTo(escapeText(line), width))
  return [...message, ...wrapTo(advice, width).map(palette.dim)]
}

function warningLines({ warnings }: Scan, { palette, width }: ScanLayout): readonly string[] {
  return warnings.flatMap(({ code, message }) =>
    wrapTo(`${code}: ${escapeText(message)}`, width - 9).map((line, index) =>
      palette.warning(`${index === 0 ? 'warning: ' : ' '.repeat(9)}${line}`),
    ),
  )
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

function pendingLines(records: readonly DriftRecord[], layout: ScanLayout): readonly string[] {
  const pending = records.filter((record) => record.kind === 'pending')
  if (pending.length === 0) return []
  const shown = layout.isAll ? pending : pending.slice(0, MAX_PENDING)
  const longest = Math.max(...shown.map((record) => widthOf(recordName(record))))
  const nameWidth = Math.min(longest, Math.floor(layout.width * MAX_NAME_SHARE))
  const hidden = pending.length - shown.length
  return [
    layout.palette.bold(
      `Unapplied code: ${pending.length} (the code says so, nobody has applied it; no drift)`,
    ),
    ...shown.map((record) => pendingLine(record, nameWidth, layout)),
    ...(hidden > 0 ? [layout.palette.dim(`… and ${hidden} more (--all shows them)`)] : []),
  ]
}

function pendingLine(record: DriftRecord, nameWidth: number, { palette, width }: ScanLayout): string {
  const action = padTo(record.action, ACTION_WIDTH)
  const name = padTo(cutMiddleTo(recordName(record), nameWidth), nameWidth)
  const paths = [...new Set(record.changes.map((change) => pathText(change.path.slice(0, 2))))].join(', ')
  const facts = [sourceText(record), record.action === 'create' ? '' : paths].filter((text) => text !== '')
  const room = width - 2 - ACTION_WIDTH - 2 - nameWidth - 2
  const tail = room >= MIN_FACTS_WIDTH ? palette.dim(cutTo(facts.join('  '), room)) : ''
  return `  ${palette.kind.pending(action)}  ${name}  ${tail}`.trimEnd()
}

function informationalLines(
  records: readonly DriftRecord[],
  { palette, isAll }: ScanLayout,
): readonly string[] {
  const count = records.filter((record) => record.kind === 'informational').length
  if (count === 0 || isAll) return []
  return [palette.dim(`${countOf(count, 'informational difference')} hidden (--all shows them)`)]
}

function unverifiedLines({ coverage }: Scan, { palette, width, isAll }: ScanLayout): readonly string[] {
  if (coverage.unverified.length === 0) return []
  const reasons = [...new Set(coverage.unverified.map(({ reason }) => reason))]
  return [
    palette.bold(`Not verified: ${coverage.unverified.length}`),
    ...reasons.flatMap((reason) => {
      const group = coverage.unverified.filter((item) => item.reason === reason)
      const head = `  ${group.length} × ${REASONS[reason]} (${reason})`
      return [
        head,
        ...nameLines(
          group.map(({ what }) => what),
          isAll,
          width,
        ),
      ]
    }),
  ]
}

function nameLines(names: readonly string[], isAll: boolean, width: number): readonly string[] {
  const shown = isAll ? names : names.slice(0, MAX_UNVERIFIED_NAMES)
  const hidden = names.length - shown.length
  return [
    ...shown.map((name) => `      ${cutMiddleTo(escapeText(name), width - 6)}`),
    ...(hidden > 0 ? [`      … and ${hidden} more (--all shows them)`] : []),
  ]
}

function executedLines({ coverage }: Scan, { palette, width, isAll }: ScanLayout): readonly string[] {
  if (coverage.executed.length === 0) return []
  return [
    palette.bold(`Really run by this scan (check_mode: false): ${coverage.executed.length}`),
    ...nameLines(coverage.executed, isAll, width),
  ]
}
