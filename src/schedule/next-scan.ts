import { nextOpening } from '../lib/week-window.js'
import type { TrackedStack } from './scheduled-stack.js'
import type { SlotsAround } from './slots.js'

/**
 * When a stack is expected to be scanned next, in milliseconds since 1970; `nowMs` where it is due or being scanned.
 * Null: never by itself, since it is paused or its schedule has no more slots.
 */
export function decideNextScan(
  { stack, progress }: TrackedStack,
  { lastMs, nextMs }: SlotsAround,
  nowMs: number,
): number | null {
  if (progress.isWaiting || progress.isRunning) return nowMs
  if (stack.isPaused) return null
  const isDue =
    progress.lastAttemptAtMs === null || (lastMs !== null && lastMs > (progress.lastSlotMs ?? nowMs))
  const slotMs = isDue ? nowMs : nextMs
  const times = [slotMs, progress.retryAtMs].filter((time) => time !== null)
  if (times.length === 0) return null
  const dueMs = Math.max(nowMs, Math.min(...times), progress.holdBack?.untilMs ?? nowMs)
  return stack.only.length === 0 ? dueMs : nextOpening(stack.only, dueMs)
}
