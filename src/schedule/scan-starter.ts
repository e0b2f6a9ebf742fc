import { createLabelLimits } from './label-limits.js'
import type { ClaimedScan } from './queue.js'
import { type EndedScan, RunningScans } from './running-scans.js'
import { progressAfter, type ScanOutcome } from './scan-outcome.js'
import type { ScheduledStack } from './scheduled-stack.js'
import type { SchedulerLimits, SchedulerParts } from './scheduler-parts.js'
import type { StackBook } from './stack-book.js'

/** Takes scans out of the queue, has them run, and tells the queue how they ended. */
export interface ScanStarter {
  readonly running: Pick<RunningScans, 'size' | 'isIdle' | 'stop'>
  /** The stacks whose labels are limited. */
  replaceStacks(stacks: readonly ScheduledStack[]): void
  /** What runs beyond them goes on. */
  replaceLimits(limits: SchedulerLimits): void
  /** Starts as many as there are free slots, and no more of any label than it may have. */
  startFree(): Promise<void>
  /** Tells the queue that we still work on what we claimed, where it is time for that. */
  prolongLeases(): Promise<void>
  /** Tells the queue how scans ended, and keeps it in the book. */
  settleEnded(): Promise<void>
}

/** A lease is prolonged when a third of it is over. */
const PROLONG_BELOW = 2 / 3
/** Each round of claims fills the labels that the one before found full: more are not needed at once. */
const MAX_ROUNDS = 4

type StarterParts = SchedulerParts & {
  readonly book: StackBook
  /** Called whenever a scan has ended. */
  onEnd(): void
}

/** Starts scans; the queue decides which goes first. */
export function createScanStarter(parts: StarterParts): ScanStarter {
  const { clock, queue, book } = parts
  const running = new RunningScans(parts.scan, parts.onEnd)
  let stacks: readonly ScheduledStack[] = []
  let limits = parts.limits
  let labels = createLabelLimits(stacks, limits.maxConcurrent)

  const leaseUntil = (): string => new Date(clock.now().getTime() + parts.leaseMs).toISOString()
  const blocked = (): ReadonlySet<string> => labels.blockedBeside(running.stacks(), throttledStacks(parts))

  const claimOnce = async (): Promise<boolean> => {
    const limit = limits.slots - running.size
    // of the blocked ones that may be thousands it matters which wait
    const busy = new Set([...running.stacks(), ...[...blocked()].filter((stack) => book.isWaiting(stack))])
    const now = clock.now().toISOString()
    const request = { now, leaseUntil: leaseUntil(), limit, busyStacks: [...busy], owner: parts.owner }
    const claims = limit > 0 ? await queue.claim(request) : []
    for (const claim of claims) await begin(claim)
    if (limit > 0 && claims.length < limit) book.keepWaiting(new Set([...busy, ...blocked()]))
    return limit > 0 && claims.length === limit && running.size < limits.slots
  }
  const begin = async (claim: ClaimedScan): Promise<void> => {
    if (book.get(claim.stack) === undefined) {
      await queue.complete([claim])
      parts.onEvent({ type: 'stack-gone', stack: claim.stack })
    } else if (blocked().has(claim.stack)) {
      await queue.release(claim)
      book.update(claim.stack, { isWaiting: true })
    } else {
      book.update(claim.stack, { isWaiting: false, isRunning: true })
      running.start(claim)
    }
  }
  return {
    running,
    replaceStacks(next) {
      stacks = next
      labels = createLabelLimits(stacks, limits.maxConcurrent)
    },
    replaceLimits(next) {
      limits = next
      labels = createLabelLimits(stacks, limits.maxConcurrent)
    },
    async startFree() {
      for (let round = 0; round < MAX_ROUNDS && (await claimOnce()); round += 1);
    },
    async prolongLeases() {
      const claims = running.claims()
      const until = Math.min(...claims.map((claim) => Date.parse(claim.leaseUntil)))
      const restMs = until - clock.now().getTime()
      // more than a whole lease is left where the clock was set back
      if (claims.length === 0 || (restMs >= parts.leaseMs * PROLONG_BELOW && restMs <= parts.leaseMs)) return
      const prolongedUntil = leaseUntil()
      const lost = await queue.heartbeat(claims, prolongedUntil)
      running.prolong(prolongedUntil)
      for (const id of lost) running.lose(id)
    },
    async settleEnded() {
      const ended = running.takeEnded()
      try {
        await settle(parts, ended)
      } catch (error) {
        running.putBack(ended)
        throw error
      }
    },
  }
}

/** Tells the queue first, and then the book: what the queue could not be told is settled again. */
async function settle(parts: StarterParts, ended: readonly EndedScan[]): Promise<void> {
  const { queue, book, onEvent } = parts
  const claimsOf = (end: EndedScan['end']): readonly ClaimedScan[] =>
    ended.filter((one) => one.end === end).map(({ claim }) => claim)
  for (const claim of claimsOf('stopped')) await queue.release(claim)
  const done = claimsOf('done')
  const lost = new Set(done.length > 0 ? await queue.complete(done) : [])
  for (const { claim, outcome, end } of ended) {
    book.update(claim.stack, { isRunning: false })
    if (end === 'stopped') book.update(claim.stack, { isWaiting: true })
    else if (end === 'lost' || lost.has(claim.id)) onEvent({ type: 'lease-lost', stack: claim.stack })
    else noteOutcome(parts, claim.stack, outcome)
  }
}

function noteOutcome({ book, clock, onEvent }: StarterParts, stack: string, outcome: ScanOutcome): void {
  book.update(
    stack,
    progressAfter(stack, book.progress(stack), { outcome, endedAtMs: clock.now().getTime() }),
  )
  const { holdBack, consecutiveFailures } = book.progress(stack)
  if (holdBack === null || outcome.error === null) return
  const { reason, untilMs } = holdBack
  const until = new Date(untilMs).toISOString()
  onEvent({ type: 'held-back', stack, reason, consecutiveFailures, code: outcome.error.code, until })
}

function throttledStacks({ book, clock }: Pick<StarterParts, 'book' | 'clock'>): readonly string[] {
  const nowMs = clock.now().getTime()
  return [...book.heldBack()].flatMap(([stack, { reason, untilMs }]) =>
    reason === 'throttled' && untilMs > nowMs ? [stack] : [],
  )
}
