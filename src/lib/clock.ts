/** Where the time comes from. Tests hand in their own. */
export interface Clock {
  /** The wall clock: for what people read and for schedules. It may jump. */
  now(): Date
  /** Milliseconds since some moment, never going back: for durations and timeouts. */
  monotonicMs(): number
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
