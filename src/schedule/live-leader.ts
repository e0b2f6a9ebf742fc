import type { ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import type { Leader, ScheduleStore } from '../store/schedule-store.js'

/** What tells whether a daemon leads. */
export interface LeaderQuestion {
  readonly schedule: Pick<ScheduleStore, 'leader'>
  readonly now: Date
  processState(process: ProcessIdentity): ProcessState
}

/** The daemon that leads now; null where none does: it gave up, is dead, or its lease ran out. */
export async function findLiveLeader({
  schedule,
  now,
  processState,
}: LeaderQuestion): Promise<Leader | null> {
  const leader = await schedule.leader()
  if (leader === null || leader.leaseUntil <= now.toISOString()) return null
  return processState(leader) === 'gone' ? null : leader
}
