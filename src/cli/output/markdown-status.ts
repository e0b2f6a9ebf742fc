import type { StackStatus } from '../../domain/stack-status.js'
import { codeSpan, tableRow } from '../../lib/text/markdown-text.js'
import { MAX_MARKDOWN_CHARACTERS } from './markdown.js'
import { coverageText, STATUS_SYMBOLS, severityCounts } from './scan-headline.js'
import { stacksSummary } from './stacks-summary.js'
import { ageText, type StatusView } from './status-table.js'
import { takeWithin } from './take-within.js'

const HEADING = ['stack', 'status', 'open drift', 'verified', 'last good scan', 'next scan']
const MAX_END_CHARACTERS = 500

/** The status of every stack as a table, the sum of them first. Bounded as comments are; the rest is counted. */
export function renderStatusMarkdown(stacks: readonly StackStatus[], { now }: StatusView): string {
  if (stacks.length === 0) return '**no stacks are configured**\n'
  const stale = stacks.filter((stack) => stack.stale).length
  const { taken, hidden } = takeWithin(stacks, (stack) => rowOf(stack, now), {
    maxCharacters: MAX_MARKDOWN_CHARACTERS - MAX_END_CHARACTERS,
    gap: 1,
  })
  const lines = [
    `**${stacksSummary(stacks)}${stale === 0 ? '' : ` (${stale} stale)`}**`,
    '',
    tableRow(HEADING),
    tableRow(HEADING.map(() => '---')),
    ...taken,
    ...(hidden === 0 ? [] : ['', `… and ${hidden} more; \`-o json\` has them all`]),
  ]
  return `${lines.join('\n')}\n`
}

function rowOf(stack: StackStatus, now: Date): string {
  const { coverage, lastGoodScanAt, nextScanAt, stale } = stack
  const lastGood = lastGoodScanAt === null ? 'never' : ageText(lastGoodScanAt, now)
  return tableRow([
    codeSpan(stack.name),
    `${STATUS_SYMBOLS[stack.status]} ${stack.status}`,
    severityCounts(stack.openDrift) || '–',
    coverage === null ? '–' : coverageText(coverage),
    `${lastGood}${stale ? ' (stale)' : ''}`,
    nextScanAt === null ? '–' : ageText(nextScanAt, now),
  ])
}
