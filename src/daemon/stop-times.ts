/** When what happens to scans that run while the daemon stops, counted from when it was told to. */
export interface StopTimes {
  /** So long they may go on to their end by themselves; then engines are asked to stop. */
  readonly waitMs: number
  /** Then engines that did not stop are killed. */
  readonly killAfterMs: number
}

/** An engine that hears SIGINT ends within a second; one whose provider hangs is ended by force in this time. */
const ENGINE_STOP_MS = 10_000

/** Shares the time out that a daemon has to stop; 0: at once. */
export function decideStopTimes(graceMs: number): StopTimes {
  if (graceMs === 0) return { waitMs: 0, killAfterMs: ENGINE_STOP_MS }
  return { waitMs: graceMs - Math.min(ENGINE_STOP_MS, graceMs / 2), killAfterMs: graceMs * 0.9 }
}
