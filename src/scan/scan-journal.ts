import type { EngineGroup, Fence, ProcessIdentity, RunningScan } from '../domain/running-scan.js'
import type { PhaseName } from '../domain/scan.js'
import { failpoint } from '../lib/failpoint.js'
import type { ScheduleStore } from '../store/schedule-store.js'

/** Writes down what runs, so that whoever comes after a kill knows what was left behind. */
export interface ScanJournal {
  /** Before the first engine starts. Saving the scan takes it away again. */
  begin(scan: Omit<RunningScan, 'owner' | 'phase'>): Promise<void>
  /** An engine has started, in a process group of its own. */
  noteEngine(engine: Omit<EngineGroup, 'leader'>, groupId: number): Promise<void>
  /** The scan will not be saved. */
  abandon(scanId: string): Promise<void>
}

/** The notes on one scan that runs. */
export interface RunningNotes {
  onEngine(groupId: number): void
  /** Returns when every note is written, or could not be: then a kill would leave that engine behind, no more. */
  settle(): Promise<void>
}

/** Begins the notes on a scan. Without a journal nothing is noted. */
export async function beginNotes(
  journal: ScanJournal | null,
  scan: Parameters<ScanJournal['begin']>[0],
  currentPhase: () => PhaseName,
): Promise<RunningNotes> {
  const notes: Promise<unknown>[] = []
  await journal?.begin(scan)
  failpoint('scan.begun')
  return {
    onEngine(groupId) {
      const noted = journal?.noteEngine({ scan: scan.id, phase: currentPhase() }, groupId)
      if (noted !== undefined) notes.push(noted.then(() => failpoint('scan.engine-noted')))
    },
    settle: async () => void (await Promise.allSettled(notes)),
  }
}

/** What a journal is kept in, and for whom. */
export interface JournalParts {
  readonly schedule: Pick<ScheduleStore, 'startScan' | 'noteEngine' | 'abandonScan'>
  /** Of a daemon that leads; null: a scan by hand. */
  readonly fence: Fence | null
  readonly owner: ProcessIdentity
  identify(pid: number): ProcessIdentity
}

/** The journal of this process, in the store. */
export function createScanJournal({ schedule, fence, owner, identify }: JournalParts): ScanJournal {
  return {
    begin: (scan) => schedule.startScan({ ...scan, phase: 'checkout', owner }, fence),
    noteEngine: (engine, groupId) => schedule.noteEngine({ ...engine, leader: identify(groupId) }),
    abandon: (scanId) => schedule.abandonScan(scanId),
  }
}
