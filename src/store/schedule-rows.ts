import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import type { EngineGroup, ProcessIdentity, RunningScan } from '../domain/running-scan.js'
import { PHASE_NAMES } from '../domain/scan.js'
import type { Leader, StackSchedule } from './schedule-store.js'
import type { EngineGroupTable, LeadTable, RunningScanTable, StackScheduleTable } from './schedule-tables.js'

/** The row of what is remembered of a stack. */
export function scheduleToRow(schedule: StackSchedule): Insertable<StackScheduleTable> {
  return {
    stack: schedule.stack,
    last_slot: schedule.lastSlot,
    next_scan_at: schedule.nextScanAt,
    consecutive_failures: schedule.consecutiveFailures,
    peak_memory_bytes: schedule.peakMemoryBytes,
    back_off_until: schedule.backOffUntil,
  }
}

/** What is remembered of the stack of a row. */
export function rowToSchedule(row: Selectable<StackScheduleTable>): StackSchedule {
  return {
    stack: row.stack,
    lastSlot: row.last_slot,
    nextScanAt: row.next_scan_at,
    consecutiveFailures: row.consecutive_failures,
    peakMemoryBytes: row.peak_memory_bytes,
    backOffUntil: row.back_off_until,
  }
}

/** What is remembered of a stack that was never scheduled. */
export function emptySchedule(stack: string): StackSchedule {
  return {
    stack,
    lastSlot: null,
    nextScanAt: null,
    consecutiveFailures: 0,
    peakMemoryBytes: null,
    backOffUntil: null,
  }
}

/** The row of a running scan, begun under the lead of that token or by hand. */
export function runningToRow(scan: RunningScan, token: number | null): Insertable<RunningScanTable> {
  return {
    id: scan.id,
    stack: scan.stack,
    provider: scan.provider,
    repository: scan.repository,
    commit_id: scan.commit,
    started_at: scan.startedAt,
    phase: scan.phase,
    ...processToColumns(scan.owner),
    overdue_at: scan.overdueAt,
    token,
  }
}

/** The running scan of a row. Throws a ZodError where it is damaged. */
export function rowToRunning(row: Selectable<RunningScanTable>): RunningScan {
  return {
    id: row.id,
    stack: row.stack,
    provider: row.provider,
    repository: row.repository,
    commit: row.commit_id,
    startedAt: row.started_at,
    phase: phaseSchema.parse(row.phase),
    owner: columnsToProcess(row),
    overdueAt: row.overdue_at,
  }
}

/** The row of an engine of a running scan. */
export function groupToRow({ scan, phase, leader }: EngineGroup): Insertable<EngineGroupTable> {
  return { scan_id: scan, phase, ...processToColumns(leader) }
}

/** The engine of a row. Throws a ZodError where it is damaged. */
export function rowToGroup(row: Selectable<EngineGroupTable>): EngineGroup {
  return { scan: row.scan_id, phase: phaseSchema.parse(row.phase), leader: columnsToProcess(row) }
}

/** Who holds the lease of a row, or null where nobody does. */
export function rowToLeader(row: Selectable<LeadTable>): Leader | null {
  if (row.lease_until === null) return null
  return { ...columnsToProcess(row), since: row.since, leaseUntil: row.lease_until }
}

/** The columns that name a process. */
export function processToColumns({ host, pid, startedAs }: ProcessIdentity) {
  return { host, pid, started_as: startedAs }
}

function columnsToProcess(row: {
  readonly host: string
  readonly pid: number
  readonly started_as: string | null
}): ProcessIdentity {
  return { host: row.host, pid: row.pid, startedAs: row.started_as }
}

const phaseSchema = z.enum(PHASE_NAMES)
