import type { Phase, PhaseName } from '../domain/scan.js'

/** Measures the phases of one scan; a phase lasts until the next begins. */
export interface PhaseTimer {
  begin(name: PhaseName): void
  /** The phase under way, or the last one; null before the first. */
  current(): PhaseName | null
  /** Ends the phase under way and returns all; a phase that came twice is one, its times added. */
  finish(): readonly Phase[]
}

/** `nowMs` is a monotonic clock in milliseconds. */
export function createPhaseTimer(nowMs: () => number): PhaseTimer {
  const durations = new Map<PhaseName, number>()
  let current: PhaseName | null = null
  let beganAt = 0
  const endCurrent = (): void => {
    if (current !== null) durations.set(current, (durations.get(current) ?? 0) + (nowMs() - beganAt))
  }
  return {
    begin(name) {
      endCurrent()
      current = name
      beganAt = nowMs()
    },
    current: () => current,
    finish() {
      endCurrent()
      beganAt = nowMs()
      return [...durations].map(([name, durationMs]) => ({ name, durationMs: Math.round(durationMs) }))
    },
  }
}
