import { isWithin } from '../lib/week-window.js'
import { decideBreaker } from './breaker.js'
import { decidePriority } from './priority.js'
import type { ScanTrigger } from './queue.js'
import type { ScheduledStack, StackProgress } from './scheduled-stack.js'
import type { Schedule, SlotsAround } from './slots.js'
import { stackShare } from './stack-share.js'

/** A stack and where it stands. */
export interface TrackedStack {
  readonly stack: ScheduledStack
  readonly progress: StackProgress
}

/** What is decided on. Times are milliseconds since 1970. */
export interface DueRequest {
  readonly nowMs: number
  /**
   * When scheduling began or went on after nobody looked for a while (a restart, a machine that slept, a clock that was
   * set forward). Slots before it were missed.
   */
  readonly resumedAtMs: number
  readonly stacks: Iterable<TrackedStack>
  slotsAround(schedule: Schedule, nowMs: number): SlotsAround
}

/** A scan that should be put into the queue. */
export interface DueScan {
  readonly stack: string
  readonly trigger: ScanTrigger
  /** The slot it is for; it counts as attempted from now on. Null: none passed. */
  readonly slotMs: number | null
  /** False where the queue had a slot of that time before, while the clock stood ahead. */
  readonly isSlotNew: boolean
  readonly priority: number
}

/** What is to be noted of a stack's slots without a scan. */
export interface SlotNote {
  readonly stack: string
  /** `waiting`, `running`: the slot is skipped, its stack's last scan is not done. `clock-went-back`: see README. */
  readonly reason: 'waiting' | 'running' | 'clock-went-back'
  /** The latest slot that counts as attempted from now on. */
  readonly lastSlotMs: number | null
}

/** What to do now. */
export interface DueDecision {
  readonly due: readonly DueScan[]
  readonly notes: readonly SlotNote[]
  /** When the next slot of any stack comes, or null. */
  readonly nextSlotMs: number | null
}

/** Missed scans are caught up spread over this time, so that a restart or a waking laptop is no burst. */
export const CATCH_UP_SPREAD_MS = 300_000

/**
 * Decides which stacks are due: never scanned, a slot passed since the last attempted one, a scan was asked for, or a
 * failure is worth another try. However many slots passed, a stack is due once.
 */
export function decideDue(request: DueRequest): DueDecision {
  const due: DueScan[] = []
  const notes: SlotNote[] = []
  let nextSlotMs: number | null = null
  for (const tracked of request.stacks) {
    const around = request.slotsAround(tracked.stack.schedule, request.nowMs)
    if (around.nextMs !== null) nextSlotMs = Math.min(nextSlotMs ?? around.nextMs, around.nextMs)
    const decision = decideStack(tracked, around, request)
    if (decision === null) continue
    if ('reason' in decision) notes.push(decision)
    else due.push(decision)
  }
  return { due, notes, nextSlotMs }
}

function decideStack(
  { stack, progress }: TrackedStack,
  around: SlotsAround,
  request: DueRequest,
): DueScan | SlotNote | null {
  const setBack = decideSetBack(stack, progress, around, request.nowMs)
  if (setBack !== null) return setBack
  const slotMs = passedSlot(progress, around)
  if (progress.place !== 'idle' && progress.asked === null) {
    return slotMs === null || stack.isPaused ? null : { stack: stack.name, reason: progress.place, lastSlotMs: slotMs }
  }
  const trigger = decideTrigger({ stack, progress }, slotMs, request)
  return trigger === null ? null : dueScan({ stack, progress }, { trigger, slotMs, nowMs: request.nowMs })
}

/**
 * The clock was set back behind the last attempted slot. Where that one is near, it is simply not due again. Where it
 * is far, the clock stood ahead when it was attempted: the slots until then are due when they come.
 */
function decideSetBack(
  stack: ScheduledStack,
  { lastSlotMs }: StackProgress,
  { lastMs, nextMs }: SlotsAround,
  nowMs: number,
): SlotNote | null {
  if (lastSlotMs === null || lastSlotMs <= nowMs || lastMs === null || nextMs === null) return null
  const isNear = lastSlotMs - nowMs <= (nextMs - lastMs) / 2
  return isNear ? null : { stack: stack.name, reason: 'clock-went-back', lastSlotMs: lastMs }
}

/** The latest slot that passed and was not attempted, or null. */
function passedSlot({ lastSlotMs, lastAttemptAtMs }: StackProgress, { lastMs }: SlotsAround): number | null {
  const attemptedMs = lastSlotMs ?? lastAttemptAtMs
  return lastMs === null || (attemptedMs !== null && lastMs <= attemptedMs) ? null : lastMs
}

function decideTrigger(
  { stack, progress }: TrackedStack,
  slotMs: number | null,
  { nowMs, resumedAtMs }: DueRequest,
): ScanTrigger | null {
  const { asked, lastAttemptAtMs, place } = progress
  if (asked === 'manual' || asked === 'verify') return asked
  if (stack.isPaused || (stack.only.length > 0 && !isWithin(stack.only, nowMs))) return null
  const breaker = decideBreaker(stack.name, {
    failuresInRow: progress.failuresInRow,
    code: progress.lastFailure,
    // a failure in the future was noted while the clock stood ahead: it is as old as can be
    lastFailedAtMs: (lastAttemptAtMs ?? nowMs) > nowMs ? 0 : (lastAttemptAtMs ?? nowMs),
  })
  if (asked === 'commit') return breaker.state === 'throttled' && isBefore(nowMs, breaker.notBeforeMs) ? null : asked
  if (place !== 'idle') return null
  if (lastAttemptAtMs === null) return 'first'
  if (isBefore(nowMs, breaker.notBeforeMs)) return null
  if (slotMs !== null && slotMs >= resumedAtMs) return 'schedule'
  if (slotMs !== null && nowMs >= resumedAtMs + stackShare(stack.name) * CATCH_UP_SPREAD_MS) return 'catch-up'
  return breaker.retryAtMs !== null && nowMs >= breaker.retryAtMs ? 'retry' : null
}

function isBefore(nowMs: number, timeMs: number | null): boolean {
  return timeMs !== null && nowMs < timeMs
}

function dueScan(
  { stack, progress }: TrackedStack,
  { trigger, slotMs, nowMs }: { readonly trigger: ScanTrigger; readonly slotMs: number | null; readonly nowMs: number },
): DueScan {
  const { takenUntilMs, lastAttemptAtMs, driftRate } = progress
  return {
    stack: stack.name,
    trigger,
    slotMs,
    isSlotNew: takenUntilMs === null || (slotMs ?? 0) > takenUntilMs,
    priority: decidePriority({ trigger, nowMs, lastAttemptAtMs, driftRate }),
  }
}
