import type { AlertMessage, AlertReason } from '../../domain/alert-message.js'
import type { Severity } from '../../domain/severity.js'
import { isAllOver } from '../form/headline.js'

const BY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  info: '⚪',
}

const BY_REASON: Readonly<Partial<Record<AlertReason, string>>> = {
  'scan-failing': '⚠️',
  stale: '⚠️',
  digest: '📊',
  'still-alive': '💚',
  test: '🧪',
}

/** The mark before a headline; the word for it always stands beside it. */
export function symbolOf(message: AlertMessage): string {
  if (isAllOver(message)) return '✅'
  return BY_REASON[message.reason] ?? BY_SEVERITY[message.severity]
}
