import type { PhaseName, Scan } from './scan.js'

/**
 * A process that can be told from every other one, also from a later one with the same number. Written down before work
 * begins, so that whoever comes after a kill knows whose it was.
 */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Opaque: boot, namespace of process ids and start time. Null where the system does not tell. */
  readonly startedAs: string | null
}

/** Whether that process still runs; `elsewhere`: it is one of another machine or container, which cannot be asked. */
export type ProcessState = 'alive' | 'gone' | 'elsewhere'

/**
 * The right to write as leader. Its token grows whenever the lead changes hands; what is written with an older one is
 * refused, so that a leader which was paused beyond its lease does no harm when it wakes up.
 */
export interface Fence {
  readonly token: number
}

/** A scan that runs, or ran when its process was killed. Times are ISO 8601, UTC. */
export interface RunningScan {
  /** The id that the scan will have. */
  readonly id: string
  readonly stack: string
  readonly provider: string
  readonly repository: string | null
  readonly commit: string | null
  readonly startedAt: string
  /** Of the engine that was noted last; before the first one, `checkout`. */
  readonly phase: PhaseName
  readonly owner: ProcessIdentity
  /** By now the scan must have ended: what another machine says it is running is not believed any longer. */
  readonly overdueAt: string
}

/** The engine processes of a scan: a process group, named by its leader. */
export interface EngineGroup {
  readonly scan: string
  readonly phase: PhaseName
  readonly leader: ProcessIdentity
}

/** What is known when somebody asks whether a running scan was left behind. */
export interface RecoveryFacts {
  /** Of whoever asks; null for a command without the lead. */
  readonly fence: Fence | null
  /** With what fence the scan was begun; null: by hand. */
  readonly token: number | null
  readonly ownerState: ProcessState
  readonly now: string
}

/**
 * Whether nobody will store this scan any more: its process is gone; or it ran under an earlier lead, and so could not
 * store it; or it belongs to another machine and is overdue.
 */
export function isLeftBehind(scan: Pick<RunningScan, 'overdueAt'>, facts: RecoveryFacts): boolean {
  if (facts.ownerState === 'gone') return true
  if (facts.token !== null && facts.fence !== null && facts.token < facts.fence.token) return true
  return facts.ownerState === 'elsewhere' && scan.overdueAt < facts.now
}

/** A scan that was left running, as it is stored: failed, in the phase it had reached, without a duration. */
export function toInterruptedScan(running: RunningScan): Scan {
  const { id, stack, provider, repository, commit, startedAt, phase, owner } = running
  return {
    id,
    stack,
    provider,
    repository,
    commit,
    status: 'failed',
    startedAt,
    // when it ended nobody knows
    durationMs: 0,
    phases: [],
    coverage: { verified: 0, applicable: 0, unverified: [], executed: [] },
    error: {
      code: 'INTERRUPTED',
      phase,
      message: `driftd (process ${owner.pid} on ${owner.host}) ended while it scanned ${stack}: it is scanned again when it is due`,
      retryable: true,
    },
    warnings: [],
    records: [],
  }
}
