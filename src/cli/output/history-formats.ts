import { historyDocument } from '../../documents/history-document.js'
import { jsonText } from '../../documents/json-text.js'
import type { StackHistory } from '../../domain/history.js'
import type { View } from '../terminal.js'
import { renderHistoryMarkdown } from './history-markdown.js'
import { renderHistoryTable } from './history-table.js'

/** Formats that can tell what happened over time: those for test reports and code scanning tell how things are. */
export const HISTORY_FORMATS: Readonly<
  Record<'table' | 'json' | 'jsonl' | 'markdown', (history: StackHistory, view: View) => string>
> = {
  table: renderHistoryTable,
  json: (history) => jsonText(historyDocument(history), { isIndented: true }),
  jsonl: (history) => jsonText(historyDocument(history), { isIndented: false }),
  markdown: renderHistoryMarkdown,
}
