import type { DaemonStatus } from '../../domain/daemon-status.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { countOf } from '../../lib/text/count-of.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { idleRulesText } from '../../lib/text/idle-rules-text.js'
import { cutMiddleTo } from '../../lib/text/text-width.js'
import type { View } from '../terminal.js'
import { type Cell, columnLines, columnWidths, GAP_WIDTH } from './columns.js'
import { createPalette, type Paint, type Palette } from './paint.js'
import { coverageText, STATUS_SYMBOLS, severityCounts } from './scan-headline.js'

/** What the status table is rendered for; ages are those at `now`. */
export interface StatusView extends View {
  readonly now: Date
  /** Null where nobody asked. */
  readonly daemon: DaemonStatus | null
}

const COLUMNS = ['stack', 'status', 'open drift', 'verified', 'last good scan', 'next scan'] as const
// the least telling columns go first on a narrow terminal
const DROPPED_FIRST = [5, 3, 4]
const MIN_NAME_WIDTH = 16
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Every stack on a line: status, open drift, coverage, age of the last good scan. Ends with a line break. */
export function renderStatusTable(stacks: readonly StackStatus[], view: StatusView): string {
  if (stacks.length === 0) return 'no stacks are configured\n'
  const palette = createPalette(view.isColored)
  const heading = COLUMNS.map((text) => ({ text: text.toUpperCase(), paint: palette.dim }))
  const rows = fitColumns(
    [heading, ...stacks.map((stack) => cellsOf(stack, palette, view.now))],
    view.columns,
  )
  return `${[...columnLines(rows), ...daemonLines(view, palette)].join('\n')}\n`
}

/** Who scans on schedule, and what waits. */
function daemonLines({ daemon: status, now }: StatusView, palette: Palette): readonly string[] {
  if (status === null) return []
  const { daemon, queue } = status
  const counts = [
    queue.running > 0 ? `${queue.running} running` : '',
    queue.waiting > 0 ? `${queue.waiting} waiting` : '',
  ].filter((text) => text !== '')
  const who =
    daemon === null
      ? 'no daemon runs: `driftd serve` scans on schedule'
      : `daemon: ${escapeText(daemon.host)}:${daemon.pid}, since ${ageText(daemon.since, now)}`
  return [
    '',
    palette.dim([who, ...counts].join(' · ')),
    ...alertLines(status, palette),
    ...ruleLines(status, palette),
  ]
}

/** What people were not told. */
function alertLines({ alerts }: DaemonStatus, palette: Palette): readonly string[] {
  const waiting =
    alerts.waiting > 0 ? [palette.dim(`${countOf(alerts.waiting, 'message')} to be delivered`)] : []
  if (alerts.dead === 0) return waiting
  const dead = `${countOf(alerts.dead, 'message')} could not be delivered: driftd alerts list --dead`
  return [...waiting, palette.warning(dead)]
}

/** What accepts nothing any more, and only hides what may come. */
function ruleLines({ rules }: DaemonStatus, palette: Palette): readonly string[] {
  const idle = idleRulesText(rules)
  return idle === '' ? [] : [palette.warning(`${idle}: driftd ignore --list`)]
}

/** `just now`, `4 min ago`, `3 h ago`, `2 d ago`; `in 26 min` for a time to come. */
export function ageText(isoTime: string, now: Date): string {
  const distanceMs = Date.parse(isoTime) - now.getTime()
  const size = Math.abs(distanceMs)
  if (size < MINUTE_MS) return distanceMs > 0 ? 'in a moment' : 'just now'
  const text =
    size < HOUR_MS
      ? `${Math.floor(size / MINUTE_MS)} min`
      : size < 2 * DAY_MS
        ? `${Math.floor(size / HOUR_MS)} h`
        : `${Math.floor(size / DAY_MS)} d`
  return distanceMs > 0 ? `in ${text}` : `${text} ago`
}

function cellsOf(stack: StackStatus, palette: Palette, now: Date): readonly Cell[] {
  const plain: Paint = (text) => text
  const drift = severityCounts(stack.openDrift)
  const isLoud = stack.openDrift.critical + stack.openDrift.high > 0
  return [
    { text: escapeText(stack.name), paint: palette.bold },
    { text: `${STATUS_SYMBOLS[stack.status]} ${stack.status}`, paint: statusPaint(stack, palette) },
    { text: drift === '' ? '-' : drift, paint: drift === '' ? palette.dim : isLoud ? palette.actual : plain },
    { text: stack.coverage ? coverageText(stack.coverage).replace(' verified', '') : '-', paint: plain },
    {
      text: `${stack.lastGoodScanAt ? ageText(stack.lastGoodScanAt, now) : 'never'}${stack.stale ? ' (stale)' : ''}`,
      paint: stack.stale ? palette.warning : plain,
    },
    { text: stack.nextScanAt ? ageText(stack.nextScanAt, now) : '-', paint: palette.dim },
  ]
}

/** What was fine too long ago is not shown in green. */
function statusPaint({ status, stale }: StackStatus, palette: Palette): Paint {
  const isQuiet = status === 'in-sync' || status === 'pending'
  return isQuiet && stale ? palette.warning : palette.status[status]
}

/** Drops columns until a row fits, then cuts the names. */
function fitColumns(rows: readonly (readonly Cell[])[], columns: number): readonly (readonly Cell[])[] {
  const widths = columnWidths(rows)
  const total = (kept: readonly number[]): number =>
    kept.reduce((sum, column) => sum + (widths[column] ?? 0) + GAP_WIDTH, -GAP_WIDTH)
  const all = COLUMNS.map((_, column) => column)
  let kept: readonly number[] = all
  for (const dropped of DROPPED_FIRST) {
    if (total(kept) <= columns) break
    kept = kept.filter((column) => column !== dropped)
  }
  const nameWidth = Math.max(
    MIN_NAME_WIDTH,
    columns - total(kept.filter((column) => column !== 0)) - GAP_WIDTH,
  )
  return rows.map((row) =>
    kept.flatMap((column) => {
      const cell = row[column]
      if (!cell) return []
      return [column === 0 ? { ...cell, text: cutMiddleTo(cell.text, nameWidth) } : cell]
    }),
  )
}
