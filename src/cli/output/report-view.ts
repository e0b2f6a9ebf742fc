import type { View } from '../terminal.js'

/** What a report is rendered for, and how much of it. */
export interface ReportView extends View {
  /** Show informational records, and every unapplied one, too. */
  readonly isAll: boolean
}
