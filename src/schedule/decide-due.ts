import { isWithin } from '../lib/week-window.js'
import { LONGEST_HOLD_BACK_MS } from './breaker.js'
import { decidePriority } from './priority.js'
import type { ScanTrigger } from './queue.js'
import type { StackProgress, TrackedStack } from './scheduled-stack.js'
import type { SlotFinder, SlotsAround } from './slots.js'
import { stackShare } from './stack-share.js'

/** What is decided on. Times are milliseconds since 1970. */
export interface DueRequest {
  readonly nowMs: number
  /**
   * When scheduling began or went on after nobody looked for a while (a restart, a machine that slept, a clock that was
   * set forward). Slots before it were missed.
   */
  readonly resumedAtMs: number
  /** When it was decided last, as the clock would have shown it then that is right now. */
  readonly lookedAtMs: number
  readonly stacks: Iterable<TrackedStack>
  readonly slotsAround: SlotFinder
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

/** A slot that counts as attempted from now on although no scan is queued for it. */
export interface SlotNote {
  readonly stack: string
  /**
   * `waiting`, `running`: it is skipped, since the stack's last scan is not done. `clock-went-back`: the slots that were
   * attempted lie in the future now, because the clock stood ahead then; what comes until then is due again.
   */
  readonly reason: 'waiting' | 'running' | 'clock-went-back'
  readonly slotMs: number
}

/** What to do now. */
export interface DueDecision {
  readonly due: readonly DueScan[]
  readonly notes: readonly SlotNote[]
  /** When the next slot of any stack comes, or null. */
  readonly nextSlotMs: number | null
}

/** A clock that is set back by no more than that was somewhat fast; one that is set back by more was wrong. */
const NEAR_MS = 3_600_000

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
  tracked: TrackedStack,
  around: SlotsAround,
  request: DueRequest,
): DueScan | SlotNote | null {
  const { stack, progress } = tracked
  const { nowMs } = request
  const setBackMs = decideSetBack(tracked, around, request)
  if (setBackMs !== null) return { stack: stack.name, reason: 'clock-went-back', slotMs: setBackMs }
  const slotMs = passedSlot(progress, around, nowMs)
  const isBusy = progress.isWaiting || progress.isRunning
  if (isBusy && progress.asked === null) {
    const reason = progress.isRunning ? 'running' : 'waiting'
    return slotMs === null || !isOpen(tracked, nowMs) ? null : { stack: stack.name, reason, slotMs }
  }
  const trigger = decideAsked(tracked, nowMs) ?? (isBusy ? null : decideTrigger(tracked, slotMs, request))
  return trigger === null ? null : dueScan(tracked, { trigger, slotMs, nowMs })
}

/**
 * The slot that counts as the last attempted one where the clock was set back behind that; else null. Where it is the
 * next one and near, it is simply not due again; else the clock stood ahead when it was attempted: what came since is due.
 */
function decideSetBack(
  { stack, progress: { lastSlotMs } }: TrackedStack,
  { lastMs, nextMs }: SlotsAround,
  { nowMs, lookedAtMs, slotsAround }: DueRequest,
): number | null {
  if (lastSlotMs === null || lastSlotMs <= nowMs || lastMs === null || nextMs === null) return null
  const isNear = lastSlotMs === nextMs && nextMs - nowMs <= Math.min(NEAR_MS, (nextMs - lastMs) / 2)
  return isNear ? null : slotsAround(stack.schedule, lookedAtMs).lastMs
}

/** The latest slot that passed and was not attempted, or null. */
function passedSlot(
  { lastSlotMs, lastAttemptAtMs }: StackProgress,
  { lastMs }: SlotsAround,
  nowMs: number,
): number | null {
  // a stack that was only ever scanned by hand has no slot before its scan
  const scannedMs = lastAttemptAtMs !== null && lastAttemptAtMs <= nowMs ? lastAttemptAtMs : null
  const attemptedMs = lastSlotMs ?? scannedMs
  return lastMs === null || (attemptedMs !== null && lastMs <= attemptedMs) ? null : lastMs
}

/** What people and remediation ask for is due at once; code that changed waits for an open window, and out throttling. */
function decideAsked(tracked: TrackedStack, nowMs: number): ScanTrigger | null {
  const { asked, holdBack } = tracked.progress
  if (asked !== 'commit') return asked
  const isThrottled = holdBack?.reason === 'throttled' && isHeldBack(tracked.progress, nowMs)
  return isOpen(tracked, nowMs) && !isThrottled ? asked : null
}

function decideTrigger(
  tracked: TrackedStack,
  slotMs: number | null,
  { nowMs, resumedAtMs }: DueRequest,
): ScanTrigger | null {
  const { stack, progress } = tracked
  if (!isOpen(tracked, nowMs)) return null
  if (progress.lastAttemptAtMs === null) return 'first'
  if (isHeldBack(progress, nowMs)) return null
  if (slotMs !== null && slotMs >= resumedAtMs) return 'schedule'
  const caughtUpFromMs = resumedAtMs + stackShare(stack.name) * CATCH_UP_SPREAD_MS
  if (slotMs !== null && nowMs >= caughtUpFromMs) return 'catch-up'
  return progress.retryAtMs !== null && nowMs >= progress.retryAtMs ? 'retry' : null
}

/** True where the stack may be scanned by itself now. */
function isOpen({ stack: { isPaused, only } }: TrackedStack, nowMs: number): boolean {
  return !isPaused && (only.length === 0 || isWithin(only, nowMs))
}

function isHeldBack({ holdBack }: StackProgress, nowMs: number): boolean {
  if (holdBack === null) return false
  const restMs = holdBack.untilMs - nowMs
  return restMs > 0 && restMs <= LONGEST_HOLD_BACK_MS
}

function dueScan(
  { stack, progress }: TrackedStack,
  {
    trigger,
    slotMs,
    nowMs,
  }: { readonly trigger: ScanTrigger; readonly slotMs: number | null; readonly nowMs: number },
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
