import type { EngineGroup, Fence, ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import type { Scan } from '../domain/scan.js'
import type { Clock } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import type { Logger } from '../lib/logger.js'
import { endGroup, type StopStep } from '../lib/process-group.js'
import type { ScheduleStore } from '../store/schedule-store.js'

/** What recovery looks at. */
export interface RecoverParts {
  readonly schedule: Pick<ScheduleStore, 'leftovers' | 'recover'>
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
  processState(process: ProcessIdentity): ProcessState
}

/** An engine lets go of its locks at SIGINT; nobody reads what it says any more, so it gets no longer than this. */
const STOP_LEFTOVER: readonly StopStep[] = [
  { signal: 'SIGINT', target: 'process', waitMs: 5_000 },
  { signal: 'SIGTERM', target: 'group', waitMs: 2_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 2_000 },
]

/**
 * Cleans up after a process that was killed: its engines that still run here are ended, its scans are stored as failed.
 * Returns the scans. Throws the errors of the store, LEADERSHIP_LOST among them.
 */
export async function recoverLeftovers(parts: RecoverParts, fence: Fence | null): Promise<readonly Scan[]> {
  const { schedule, clock, log, processState } = parts
  const request = { now: clock.now().toISOString(), fence, processState }
  const leftovers = await schedule.leftovers(request)
  await Promise.all(leftovers.map((group) => endLeftover(group, log)))
  failpoint('daemon.engines-ended')
  const scans = await schedule.recover(request)
  for (const { id, stack, startedAt } of scans)
    log.warn('a scan was left behind and counts as failed', { scan: id, stack, startedAt })
  failpoint('daemon.recovered')
  return scans
}

async function endLeftover({ scan, leader }: EngineGroup, log: RecoverParts['log']): Promise<void> {
  log.warn('an engine was left running and is ended', { scan, groupId: leader.pid })
  await endGroup(leader.pid, STOP_LEFTOVER)
}
