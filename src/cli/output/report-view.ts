import type { Drift } from '../../domain/drift.js'
import type { View } from '../terminal.js'

/** What a report is rendered for, and how much of it. */
export interface ReportView extends View {
  /** Show informational records, and every unapplied one, too. */
  readonly isAll: boolean
  /** What is known over time of what is shown; absent where nobody asked. */
  readonly drifts?: readonly Drift[]
}
