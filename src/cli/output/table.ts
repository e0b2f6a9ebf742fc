import type { Scan } from '../../domain/scan.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { widthOf } from '../../lib/text/text-width.js'
import { driftsOf } from './drifts-of.js'
import { decideNextStep } from './next-step.js'
import { createPalette } from './paint.js'
import type { ReportView } from './report-view.js'
import { headlineLines } from './scan-headline.js'
import { scanLines } from './scan-lines.js'
import { STATUS_ORDER, stacksSummary } from './stacks-summary.js'

const MAX_COLUMNS = 160
const MAX_NAME_WIDTH = 32

/**
 * The report of scans for people: a headline per stack, below it what drifted, loudest first, with what Git says
 * and what is there; the last line says what to do next. Ends with a line break.
 */
export function renderScansTable(scans: readonly Scan[], view: ReportView): string {
  if (scans.length === 0) return 'nothing was scanned\n'
  const palette = createPalette(view.isColored)
  const width = Math.min(view.columns, MAX_COLUMNS)
  const nameWidths = scans.map((scan) => widthOf(escapeText(scan.stack)))
  const nameWidth = Math.max(0, ...nameWidths.filter((nameWidth) => nameWidth <= MAX_NAME_WIDTH))
  const stacks = sortByStatus(scans).map((scan) => [
    ...headlineLines(scan, { palette, width, nameWidth }),
    ...scanLines(scan, { palette, width, isAll: view.isAll, drifts: driftsOf(view.drifts, scan.stack) }),
  ])
  const lines = stacks.flatMap((stack, index) => {
    const needsGap = index > 0 && (stack.length > 2 || (stacks[index - 1]?.length ?? 0) > 2)
    return needsGap ? ['', ...stack] : stack
  })
  const summary = scans.length > 1 ? [palette.bold(stacksSummary(scans))] : []
  const step = decideNextStep(scans)
  const end = [...summary, ...(step === null ? [] : [`${palette.bold('Next:')} ${step}`])]
  const gap = end.length > 0 ? [''] : []
  return `${[...lines, ...gap, ...end].join('\n')}\n`
}

function sortByStatus(scans: readonly Scan[]): readonly Scan[] {
  return [...scans].sort((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
}
