import type {
  EngineGroup,
  Fence,
  ProcessIdentity,
  ProcessState,
  RunningScan,
} from '../domain/running-scan.js'
import type { Scan } from '../domain/scan.js'

/** What the scheduler remembers of one stack. Times are ISO 8601, UTC. */
export interface StackSchedule {
  readonly stack: string
  /** The slot that was attempted last, whatever came of it. */
  readonly lastSlot: string | null
  /** For people: `nextScanAt` of the status. */
  readonly nextScanAt: string | null
  /** Failed scans in a row, the last one included. */
  readonly consecutiveFailures: number
  /** The most memory that its engines were seen to need. */
  readonly peakMemoryBytes: number | null
  /** Not to be scanned by itself before this time (throttling, circuit breaker). */
  readonly backOffUntil: string | null
}

/** What is to be remembered of a stack from now on; what is absent stays. */
export type StackScheduleChange = Pick<StackSchedule, 'stack'> & Partial<StackSchedule>

/** Who leads, or led. Times are ISO 8601, UTC. */
export interface Leader extends ProcessIdentity {
  readonly since: string
  readonly leaseUntil: string
}

/** What somebody who wants to lead says. Times by his wall clock: machines that share a store keep theirs in step. */
export interface LeadRequest {
  readonly owner: ProcessIdentity
  readonly now: string
  readonly leaseUntil: string
  /** A leader that is `gone` is succeeded at once. */
  processState(process: ProcessIdentity): ProcessState
}

/** `standby`: somebody else leads. */
export type LeadOutcome =
  | { readonly status: 'leading'; readonly fence: Fence }
  | { readonly status: 'standby'; readonly leader: Leader }

/** What `recover` needs to know. */
export interface RecoverRequest {
  readonly now: string
  /** Null for a command that runs beside daemons, or without one. */
  readonly fence: Fence | null
  processState(process: ProcessIdentity): ProcessState
}

/**
 * What the daemon must know after a restart: slots, running scans, who leads. A write with a fence throws
 * LEADERSHIP_LOST where somebody else has taken the lead meanwhile, and then nothing is written. Every method may throw
 * the errors of the store.
 */
export interface ScheduleStore {
  /** One per stack, in the order asked; what was never saved is empty. */
  stackSchedules(stacks: readonly string[]): Promise<readonly StackSchedule[]>
  /** All of them in one transaction. */
  saveStackSchedules(changes: readonly StackScheduleChange[], fence: Fence | null): Promise<void>

  /** Before the first engine of a scan starts. `saveScan` of that id takes it away again. */
  startScan(scan: RunningScan, fence: Fence | null): Promise<void>
  /** An engine of a running scan has started: its phase is that of the scan now. */
  noteEngine(group: EngineGroup): Promise<void>
  /** Takes away a running scan that will not be saved. */
  abandonScan(id: string): Promise<void>
  /** Oldest first. */
  runningScans(): Promise<readonly RunningScan[]>
  /**
   * Engines, still running on this machine, of scans that were left behind. To be ended before `recover`, which forgets
   * them: a kill in between must not lose them.
   */
  leftovers(request: RecoverRequest): Promise<readonly EngineGroup[]>
  /** Stores every scan that was left behind as `failed` with INTERRUPTED, in one transaction, and returns them. */
  recover(request: RecoverRequest): Promise<readonly Scan[]>

  /** Leads where nobody does, the lease ran out, its holder is gone, or it is the caller's own. */
  takeLead(request: LeadRequest): Promise<LeadOutcome>
  /** False: somebody else leads. True also after the lease ran out, as long as nobody else took it. */
  renewLead(fence: Fence, leaseUntil: string): Promise<boolean>
  /** Lets a standby take over at once. Does nothing where somebody else leads. */
  releaseLead(fence: Fence): Promise<void>
  /** Who holds the lease, run out or not; null where it was released or never taken. */
  leader(): Promise<Leader | null>
  /** Throws LEADERSHIP_LOST where that fence is not the latest. */
  assertLeader(fence: Fence): Promise<void>
}
