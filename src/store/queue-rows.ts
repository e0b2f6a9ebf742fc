import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import { type QueuedScan, SCAN_TRIGGERS } from '../schedule/queue.js'
import type { QueuedScanTable } from './schedule-tables.js'

/** A scan in the queue, as the database has it. */
export type QueuedScanRow = Selectable<QueuedScanTable>

/** The row of a scan that waits. */
export function toRow(scan: QueuedScan): Insertable<QueuedScanTable> {
  return {
    id: scan.id,
    stack: scan.stack,
    trigger_name: scan.trigger,
    slot: scan.slot,
    queued_at: scan.queuedAt,
    not_before: scan.notBefore,
    priority: scan.priority,
    token: null,
    lease_until: null,
    owner: null,
  }
}

/** The scan of a row, waiting or claimed. */
export function toQueuedScan(row: QueuedScanRow): QueuedScan {
  return {
    id: row.id,
    stack: row.stack,
    trigger: z.enum(SCAN_TRIGGERS).parse(row.trigger_name),
    slot: row.slot,
    queuedAt: row.queued_at,
    notBefore: row.not_before,
    priority: row.priority,
  }
}
