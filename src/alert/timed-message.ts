import type { RouteFacts } from '../domain/alert-policy.js'

/** A message that is due by the clock. */
export interface TimedMessage {
  readonly reason: 'digest' | 'still-alive'
  readonly channels: readonly string[]
  /** The last time, at or before this instant, at which it is due; null: there was none. */
  lastSlotMs(nowMs: number): number | null
  /** What it tells of. */
  matches(facts: RouteFacts): boolean
}
