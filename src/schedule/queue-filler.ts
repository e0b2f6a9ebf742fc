import { type DueScan, decideDue, type SlotNote } from './decide-due.js'
import type { EnqueueOutcome, QueuedScan } from './queue.js'
import type { SchedulerParts } from './scheduler-parts.js'
import type { SlotFinder } from './slots.js'
import type { StackBook } from './stack-book.js'
import { takeHighest } from './take-highest.js'

/** What came of filling the queue. */
export interface Filled {
  /** More is due than was put in. */
  readonly hasMore: boolean
  /** When the next slot of any stack comes, in milliseconds since 1970, or null. */
  readonly nextSlotMs: number | null
}

/** Puts into the queue what is due. */
export interface QueueFiller {
  /** `isStale`: something changed that decides what is due. */
  fill(isStale: boolean): Promise<Filled>
}

/** Put in at once: some milliseconds of work for the store. What is left is due at the next tick still. */
const BATCH = 50
/** To decide for ten thousand stacks takes some milliseconds too: it is done once for so many batches. */
const BATCHES_KEPT = 10
/** Whoever has not looked for so long beyond his usual pace has slept, and missed what was due. */
const GAP_MS = 60_000

type FillerParts = Pick<SchedulerParts, 'clock' | 'queue' | 'newId' | 'onEvent'> & {
  readonly pollMs: number
  readonly book: StackBook
  readonly slotsAround: SlotFinder
}

/** Decides what is due, best first, and queues it. */
export function createQueueFiller(parts: FillerParts): QueueFiller {
  const { clock, queue, book, slotsAround } = parts
  const watch = createGapWatch(parts)
  /** What was decided to be due and is not in the queue yet, best first: many come at one slot, few go in at once. */
  let ready: DueScan[] = []
  let decidedMs = Number.NEGATIVE_INFINITY
  let nextSlotMs: number | null = null
  let hasMore = false

  const decide = (): void => {
    const nowMs = clock.now().getTime()
    const decision = decideDue({ ...watch.look(nowMs), nowMs, stacks: book.all(), slotsAround })
    noteSlots(parts, decision.notes.slice(0, BATCH))
    ready = [...takeHighest(decision.due, BATCH * BATCHES_KEPT, ({ priority }) => priority)]
    hasMore = decision.due.length > ready.length || decision.notes.length > BATCH
    nextSlotMs = decision.nextSlotMs
    decidedMs = clock.monotonicMs()
  }
  return {
    async fill(isStale) {
      if (isStale || ready.length === 0 || clock.monotonicMs() - decidedMs >= parts.pollMs) decide()
      const wanted = ready.splice(0, BATCH).filter(({ stack }) => book.get(stack) !== undefined)
      if (wanted.length > 0) {
        const now = clock.now().toISOString()
        const outcomes = await queue.enqueue(wanted.map((scan) => toQueuedScan(scan, parts.newId(), now)))
        for (const [index, scan] of wanted.entries()) noteQueued(parts, scan, outcomes[index])
      }
      return { hasMore: hasMore || ready.length > 0, nextSlotMs }
    },
  }
}

/** Notices when nobody looked for a while: at the start, after a sleep, when the clock was set forward. */
function createGapWatch({ clock, pollMs, onEvent }: Pick<FillerParts, 'clock' | 'pollMs' | 'onEvent'>) {
  let last: { readonly wallMs: number; readonly monotonicMs: number } | null = null
  let resumedAtMs = 0
  return {
    look(nowMs: number): { readonly resumedAtMs: number; readonly lookedAtMs: number } {
      const monotonicMs = clock.monotonicMs()
      const lookedAtMs = last === null ? nowMs : nowMs - (monotonicMs - last.monotonicMs)
      const gapMs = last === null ? 0 : nowMs - last.wallMs
      const isGap = gapMs > pollMs + GAP_MS
      if (isGap) onEvent({ type: 'resumed', gapMs })
      // where the clock was set back nothing was missed
      resumedAtMs = last === null || isGap ? nowMs : Math.min(resumedAtMs, lookedAtMs)
      last = { wallMs: nowMs, monotonicMs }
      return { resumedAtMs, lookedAtMs }
    },
  }
}

function toQueuedScan(scan: DueScan, id: string, now: string): QueuedScan {
  return {
    id,
    stack: scan.stack,
    trigger: scan.trigger,
    slot: scan.isSlotNew ? toTime(scan.slotMs) : null,
    queuedAt: now,
    notBefore: now,
    priority: scan.priority,
  }
}

function noteQueued(
  { book, onEvent }: FillerParts,
  { stack, trigger, slotMs }: DueScan,
  outcome: EnqueueOutcome | undefined,
): void {
  const lastSlotMs = slotMs ?? book.progress(stack).lastSlotMs
  const waits = outcome?.status === 'queued' || outcome?.id != null
  book.update(stack, { lastSlotMs, asked: null, retryAtMs: null, isWaiting: waits })
  if (outcome?.status === 'queued') onEvent({ type: 'queued', stack, trigger, slot: toTime(slotMs) })
}

function noteSlots({ book, onEvent }: FillerParts, notes: readonly SlotNote[]): void {
  let setBack = 0
  for (const { stack, reason, slotMs } of notes) {
    const { lastSlotMs, takenUntilMs } = book.progress(stack)
    if (reason === 'clock-went-back') {
      setBack += 1
      book.update(stack, { lastSlotMs: slotMs, takenUntilMs: Math.max(lastSlotMs ?? 0, takenUntilMs ?? 0) })
    } else {
      book.update(stack, { lastSlotMs: slotMs })
      onEvent({ type: 'slot-skipped', stack, slot: new Date(slotMs).toISOString(), reason })
    }
  }
  if (setBack > 0) onEvent({ type: 'clock-went-back', stacks: setBack })
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
