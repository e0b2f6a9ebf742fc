import { DriftError, toDriftError } from '../domain/errors.js'
import type { ClaimedScan } from './queue.js'
import type { ScanOutcome } from './scan-outcome.js'

/** A scan that ended, and what is to be done about its claim. */
export interface EndedScan {
  readonly claim: ClaimedScan
  readonly outcome: ScanOutcome
  /** `done`: take it out of the queue. `stopped`: give it back. `lost`: somebody else has it. */
  readonly end: 'done' | 'stopped' | 'lost'
}

interface RunningScan {
  claim: ClaimedScan
  readonly controller: AbortController
  end: EndedScan['end']
}

/** How one scan is run. */
export type RunScan = (claim: ClaimedScan, signal: AbortSignal) => Promise<ScanOutcome>

/** The scans that this process works on. */
export class RunningScans {
  readonly #run: RunScan
  readonly #onEnd: () => void
  readonly #running = new Map<string, RunningScan>()
  readonly #ended: EndedScan[] = []

  /** `onEnd` is called whenever a scan has ended. */
  constructor(run: RunScan, onEnd: () => void) {
    this.#run = run
    this.#onEnd = onEnd
  }

  /** How many run. */
  get size(): number {
    return this.#running.size
  }

  /** Nothing runs, and all that ended was taken. */
  get isIdle(): boolean {
    return this.#running.size === 0 && this.#ended.length === 0
  }

  claims(): readonly ClaimedScan[] {
    return [...this.#running.values()].map(({ claim }) => claim)
  }

  stacks(): ReadonlySet<string> {
    return new Set(this.claims().map(({ stack }) => stack))
  }

  start(claim: ClaimedScan): void {
    const running: RunningScan = { claim, controller: new AbortController(), end: 'done' }
    this.#running.set(claim.id, running)
    void this.#finish(running)
  }

  /** The leases of all end then. */
  prolong(leaseUntil: string): void {
    for (const running of this.#running.values()) running.claim = { ...running.claim, leaseUntil }
  }

  /** Stops a scan that somebody else has taken over. */
  lose(id: string): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    running.end = 'lost'
    running.controller.abort(
      new DriftError('INTERRUPTED', 'another driftd took this scan over, since the lease on it ran out here'),
    )
  }

  /** Stops all scans; their claims are to be given back. */
  stop(): void {
    for (const running of this.#running.values()) {
      if (running.end === 'done') running.end = 'stopped'
      running.controller.abort(new DriftError('INTERRUPTED', 'driftd was stopped before there was a verdict'))
    }
  }

  /** The scans that ended and were not taken yet. */
  takeEnded(): readonly EndedScan[] {
    return this.#ended.splice(0)
  }

  /** Puts ended scans back, to be taken again. */
  putBack(ended: readonly EndedScan[]): void {
    this.#ended.unshift(...ended)
  }

  async #finish(running: RunningScan): Promise<void> {
    const outcome = await this.#outcomeOf(running)
    const { claim } = running
    this.#running.delete(claim.id)
    // a scan that had its verdict when it was told to stop is done
    const end = running.end === 'stopped' && outcome.error?.code !== 'INTERRUPTED' ? 'done' : running.end
    this.#ended.push({ claim, outcome, end })
    this.#onEnd()
  }

  async #outcomeOf({ claim, controller }: RunningScan): Promise<ScanOutcome> {
    try {
      return await this.#run(claim, controller.signal)
    } catch (error) {
      // scans do not throw; where one does all the same, that stack failed and no other
      const { code, message, retryable } = toDriftError(error)
      return { status: 'failed', error: { code, message, retryable, phase: 'store' } }
    }
  }
}
