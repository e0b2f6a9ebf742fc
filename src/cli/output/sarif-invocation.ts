import type { Scan } from '../../domain/scan.js'
import type { StackStatus } from '../../domain/stack-status.js'
import { sarifText } from './sarif-text.js'
import { coverageText } from './scan-headline.js'

/** A scan as an invocation: a failed one was no success, and says where and why. */
export function scanInvocation(scan: Scan): object {
  const startMs = Date.parse(scan.startedAt)
  return {
    executionSuccessful: scan.status !== 'failed',
    startTimeUtc: scan.startedAt,
    endTimeUtc: new Date(startMs + Math.round(scan.durationMs)).toISOString(),
    toolExecutionNotifications: notificationsOf(scan),
    properties: {
      stack: scan.stack,
      provider: scan.provider,
      repository: scan.repository,
      commit: scan.commit,
      scan: scan.id,
      status: scan.status,
      coverage: { verified: scan.coverage.verified, applicable: scan.coverage.applicable },
    },
  }
}

/** The last scan of a stack as an invocation: no success where it failed, or where there was none. */
export function statusInvocation(stack: StackStatus): object {
  return {
    executionSuccessful: stack.status !== 'failed' && stack.status !== 'unknown',
    ...(stack.lastScanAt !== null && { startTimeUtc: stack.lastScanAt }),
    properties: {
      stack: stack.name,
      provider: stack.provider,
      commit: stack.commit,
      status: stack.status,
      stale: stack.stale,
      coverage: stack.coverage,
    },
  }
}

function notificationsOf({ stack, status, error, warnings, coverage }: Scan): readonly object[] {
  const missing = coverage.unverified.length
  return [
    ...(error === null
      ? []
      : [notification(error.code, 'error', `${stack}: ${error.phase} failed: ${error.message}`)]),
    ...(status === 'incomplete'
      ? [notification('incomplete', 'warning', `${stack}: ${coverageText(coverage)}; this is no green light`)]
      : []),
    ...warnings.map(({ code, message }) => notification(code, 'warning', `${stack}: ${message}`)),
    ...(missing === 0
      ? []
      : [notification('unverified', 'note', `${stack}: ${missing} could not be verified`)]),
  ]
}

function notification(id: string, level: 'error' | 'warning' | 'note', text: string): object {
  return { descriptor: { id }, level, message: { text: sarifText(text) } }
}
