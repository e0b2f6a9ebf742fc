import { DriftError, toDriftError } from '../domain/errors.js'
import type { Fence, ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import type { Clock, Timer } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import type { Logger } from '../lib/logger.js'
import type { Leader, ScheduleStore } from '../store/schedule-store.js'

/** What it takes to lead. */
export interface LeadParts {
  readonly schedule: Pick<ScheduleStore, 'takeLead' | 'renewLead' | 'releaseLead'>
  readonly clock: Clock & Timer
  readonly owner: ProcessIdentity
  /** How long a dead leader keeps a standby waiting. */
  readonly leaseMs: number
  readonly log: Logger
  processState(process: ProcessIdentity): ProcessState
}

/** The lead, held until it is released or lost. */
export interface Lead {
  readonly fence: Fence
  /** Another daemon led when this one began to wait. */
  readonly isTakenOver: boolean
  /** Aborted with LEADERSHIP_LOST once somebody else leads, or may lead for all we know. */
  readonly lost: AbortSignal
  /**
   * Told of errors of the store: a refused write says that the lead is lost before the lease does. False: it is about
   * something else.
   */
  noteError(error: DriftError): boolean
  /** Lets a standby take over at once. Safe to call twice. */
  release(): Promise<void>
}

const MAX_STANDBY_POLL_MS = 1_000

/** Waits until this process leads. Null: the signal was aborted before. Throws the errors of the store at the first try only. */
export async function waitForLead(parts: LeadParts, signal: AbortSignal): Promise<Lead | null> {
  const { clock, leaseMs, log } = parts
  const pollMs = Math.min(MAX_STANDBY_POLL_MS, leaseMs / 10)
  let known: Leader | null = null
  for (let attempt = 1; !signal.aborted; attempt++) {
    const outcome = await tryToLead(parts, attempt === 1)
    if (outcome?.status === 'leading') return new HeldLead(parts, outcome.fence, known !== null)
    if (outcome !== null && !isSame(outcome.leader, known)) {
      const { host, pid, since } = outcome.leader
      log.info('standing by', { leader: `${host}:${pid}`, since })
      known = outcome.leader
    }
    await clock.sleep(pollMs, signal)
  }
  return null
}

async function tryToLead(parts: LeadParts, isFirst: boolean) {
  const { schedule, owner, processState, log } = parts
  try {
    const now = parts.clock.now()
    return await schedule.takeLead({
      owner,
      now: now.toISOString(),
      leaseUntil: leaseUntil(parts, now),
      processState,
    })
  } catch (error) {
    if (isFirst) throw error
    log.warn('the store does not say who leads', { error: toDriftError(error) })
    return null
  }
}

function isSame(leader: Leader, known: Leader | null): boolean {
  return (
    known !== null && leader.host === known.host && leader.pid === known.pid && leader.since === known.since
  )
}

function leaseUntil({ leaseMs }: Pick<LeadParts, 'leaseMs'>, now: Date): string {
  return new Date(now.getTime() + leaseMs).toISOString()
}

class HeldLead implements Lead {
  readonly #parts: LeadParts
  readonly #lost = new AbortController()
  readonly #released = new AbortController()
  readonly #keeping: Promise<void>
  #releasing: Promise<void> | null = null

  constructor(
    parts: LeadParts,
    readonly fence: Fence,
    readonly isTakenOver: boolean,
  ) {
    this.#parts = parts
    parts.log.info('leading', { token: fence.token })
    failpoint('lead.taken')
    this.#keeping = this.#keep()
  }

  get lost(): AbortSignal {
    return this.#lost.signal
  }

  noteError(error: DriftError): boolean {
    const isLost = error.code === 'LEADERSHIP_LOST'
    if (isLost) this.#lose(error)
    return isLost
  }

  release(): Promise<void> {
    this.#releasing ??= this.#release()
    return this.#releasing
  }

  /** Prolongs the lease until it is released or lost. By the clock that never goes back: what the wall says may jump. */
  async #keep(): Promise<void> {
    const { clock, leaseMs } = this.#parts
    let heldUntilMs = clock.monotonicMs() + leaseMs
    for (let waitMs = leaseMs / 3; ; ) {
      await clock.sleep(waitMs, this.#released.signal)
      if (this.#released.signal.aborted || this.lost.aborted) return
      const askedAtMs = clock.monotonicMs()
      const isHeld = await this.#renew()
      if (isHeld === false) return this.#lose(lostError('another driftd leads now'))
      if (isHeld) heldUntilMs = askedAtMs + leaseMs
      else if (clock.monotonicMs() >= heldUntilMs)
        return this.#lose(lostError('the store could not be reached while the lease ran out'))
      waitMs = isHeld ? leaseMs / 3 : leaseMs / 10
    }
  }

  /** Null: the store did not say. */
  async #renew(): Promise<boolean | null> {
    const { schedule, clock, log } = this.#parts
    try {
      return await schedule.renewLead(this.fence, leaseUntil(this.#parts, clock.now()))
    } catch (error) {
      log.warn('the lease could not be prolonged', { error: toDriftError(error) })
      return null
    }
  }

  #lose(error: DriftError): void {
    if (!this.lost.aborted) this.#parts.log.warn('the lead is lost', { error })
    this.#lost.abort(error)
  }

  async #release(): Promise<void> {
    this.#released.abort()
    await this.#keeping
    if (this.lost.aborted) return
    // whoever waits takes over when the lease runs out, if it cannot be given up
    await this.#parts.schedule.releaseLead(this.fence).catch((error: unknown) => {
      this.#parts.log.warn('the lead could not be given up', { error: toDriftError(error) })
    })
  }
}

function lostError(why: string): DriftError {
  return new DriftError('LEADERSHIP_LOST', `${why}: this one stops scanning and stands by`)
}
