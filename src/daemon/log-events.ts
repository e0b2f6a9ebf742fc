import type { Logger } from '../lib/logger.js'
import type { ScanEvent } from '../scan/scan-job.js'
import type { ScheduleEvent } from '../schedule/schedule-event.js'

/** Logs a line for each phase of a scan and for its end. */
export function logScanEvent(log: Logger, event: ScanEvent): void {
  const { stack } = event
  if (event.type === 'phase') log.info('scan phase', { stack, phase: event.phase })
  if (event.type !== 'finished') return
  const { id, status, commit, durationMs, coverage, error, records } = event.scan
  const { verified, applicable } = coverage
  const fields = {
    stack,
    scan: id,
    status,
    commit,
    durationMs,
    verified,
    applicable,
    records: records.length,
  }
  if (error === null) log.info('scan finished', fields)
  else log.warn('scan failed', { ...fields, code: error.code, phase: error.phase, message: error.message })
}

/** Logs what the scheduler does. */
export function logScheduleEvent(log: Logger, event: ScheduleEvent): void {
  const { type, ...fields } = event
  if (type === 'queued') log.debug('scan queued', fields)
  else if (type === 'slot-skipped') log.info('slot skipped', fields)
  else if (type === 'resumed') log.warn('nobody looked for a while', fields)
  else log.warn(type.replaceAll('-', ' '), fields)
}
