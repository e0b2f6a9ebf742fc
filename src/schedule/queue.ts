/** Why a scan is wanted. */
export const SCAN_TRIGGERS = ['schedule', 'commit', 'catch-up', 'first', 'retry', 'manual', 'verify'] as const
export type ScanTrigger = (typeof SCAN_TRIGGERS)[number]

/** A scan that is wanted: at most one waits per stack. */
export interface QueuedScan {
  /** ULID. */
  readonly id: string
  readonly stack: string
  readonly trigger: ScanTrigger
  /** The slot of the schedule it is for, ISO 8601, UTC; each of the last two dozen slots of a stack is queued once. Null: no slot. */
  readonly slot: string | null
  readonly queuedAt: string
  /** Not before this time (back-off, jitter). */
  readonly notBefore: string
  /** Higher goes first; equal ones by `queuedAt`. */
  readonly priority: number
}

/** A queued scan that this process works on until the lease ends. */
export interface ClaimedScan extends QueuedScan {
  /** Grows with each claim of this store: what a process with an older one writes is refused. */
  readonly fencingToken: number
  readonly leaseUntil: string
}

/** What came of putting a scan into the queue. */
export type EnqueueOutcome =
  /** It waits now. */
  | { readonly status: 'queued'; readonly id: string }
  /**
   * One of this stack waits already (its id; it now has the higher priority and the earlier `notBefore` of both), or the
   * slot was queued before (null).
   */
  | { readonly status: 'duplicate'; readonly id: string | null }

/** How deep the queue is. */
export interface QueueDepth {
  readonly waiting: number
  readonly running: number
  /** ISO 8601, UTC, of the scan that waits longest. */
  readonly oldestQueuedAt: string | null
}

/**
 * Scans that are wanted, shared by the daemon and hand-run commands, kept over restarts. Knows nothing of SQL: a second
 * implementation (pg-boss) follows. Every method may throw the errors of the store.
 */
export interface ScanQueue {
  /**
   * Puts several in, in one transaction; the outcomes in the order asked. A scan that waits already takes over the higher
   * priority and the earlier `notBefore` of another one of its stack, and stands for its slot.
   */
  enqueue(scans: readonly QueuedScan[]): Promise<readonly EnqueueOutcome[]>
  /**
   * Claims the best scans that are due and whose stacks are neither being scanned nor in `busyStacks`, at most `limit`. A
   * claim whose lease ran out counts as given back; where another scan of its stack waits, that one stands for both.
   */
  claim(request: ClaimRequest): Promise<readonly ClaimedScan[]>
  /** Prolongs leases. Returns the ids that are no longer ours: stop working on them. */
  heartbeat(claims: readonly ClaimedScan[], leaseUntil: string): Promise<readonly string[]>
  /** The scans are done, however they ended. Returns the ids of claims that were no longer ours. */
  complete(claims: readonly ClaimedScan[]): Promise<readonly string[]>
  /** Gives a claim back untouched (shutdown). */
  release(claim: ClaimedScan): Promise<void>
  /** Whether a queued scan waits, runs, or is done or unknown. */
  stateOf(id: string): Promise<'waiting' | 'running' | 'done'>
  depth(now: string): Promise<QueueDepth>
}

/** What `claim` is asked. Times are ISO 8601, UTC. */
export interface ClaimRequest {
  readonly now: string
  readonly leaseUntil: string
  readonly limit: number
  /** Stacks that may not be scanned now: at work here, or of a label that is at its limit. Can be thousands. */
  readonly busyStacks: readonly string[]
  /** Names the process, for people: host and pid. */
  readonly owner: string
}
