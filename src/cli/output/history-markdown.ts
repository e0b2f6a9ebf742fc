import type { StackHistory } from '../../domain/history.js'
import { codeSpan, tableRow } from '../../lib/text/markdown-text.js'
import { recordName } from '../../lib/text/record-words.js'
import { timeText } from '../../lib/text/time-text.js'
import { DAY_HEADING, dayFields, eventText, historyFacts } from './history-table.js'
import { MAX_MARKDOWN_CHARACTERS } from './markdown.js'
import { takeWithin } from './take-within.js'

const EVENT_HEADING = ['when', 'what', 'record', 'severity', '']
// the days get a third, the rest is for what happened
const MAX_DAYS_CHARACTERS = 20_000
const MAX_HEAD_CHARACTERS = 1_000

/** What happened to a stack, as tables. Bounded as comments are; the rest is counted. */
export function renderHistoryMarkdown(history: StackHistory): string {
  const days = boundedTable(DAY_HEADING, history.days.map(dayFields), MAX_DAYS_CHARACTERS)
  const rows = history.events.map((event) => [
    timeText(event.at),
    event.type,
    codeSpan(recordName(event.record)),
    event.record.severity,
    codeSpan(eventText(event)),
  ])
  const room = MAX_MARKDOWN_CHARACTERS - MAX_HEAD_CHARACTERS - days.length
  const parts = [
    `**History** ${codeSpan(history.stack)}: ${historyFacts(history).join('; ')}`,
    rows.length === 0 ? 'nothing drifted' : boundedTable(EVENT_HEADING, rows, room),
    days,
  ]
  return `${parts.join('\n\n')}\n`
}

function boundedTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  maxCharacters: number,
): string {
  const { taken, hidden } = takeWithin(rows, tableRow, { maxCharacters, gap: 1 })
  const lines = [tableRow(heading), tableRow(heading.map(() => '---')), ...taken]
  return [...lines, ...(hidden === 0 ? [] : ['', `… and ${hidden} more; \`-o json\` has them all`])].join(
    '\n',
  )
}
