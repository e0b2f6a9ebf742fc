import type { RunningScan } from '../domain/running-scan.js'
import type { PhaseName, Scan } from '../domain/scan.js'
import type { Stack } from '../domain/stack.js'
import type { Clock } from '../lib/clock.js'
import { createPhaseTimer } from './phase-timer.js'

/** What is known of a scan before it has a verdict. */
export interface Attempt {
  readonly id: string
  readonly stack: Stack
  readonly startedAt: string
  /** Known once the files are checked out. */
  commit: string | null
  begin(phase: PhaseName): void
  /** The phase that it is in. */
  phase(): PhaseName
  /** Ends its phases: what a scan says of itself, whatever its verdict. */
  describe(): Omit<Scan, 'status' | 'coverage' | 'error' | 'warnings' | 'records'>
}

/** What an attempt is begun with. */
export interface AttemptTools {
  readonly clock: Clock
  /** A new id that sorts by time. */
  newId(): string
  onPhase(phase: PhaseName): void
}

/** A scan that is stopped at its timeout has ended by then, its store included. */
const OVERDUE_AFTER_MS = 10 * 60_000

/** Begins to scan a stack. */
export function startAttempt(stack: Stack, { clock, newId, onPhase }: AttemptTools): Attempt {
  const beganAtMs = clock.monotonicMs()
  const timer = createPhaseTimer(() => clock.monotonicMs())
  const attempt: Attempt = {
    id: newId(),
    stack,
    startedAt: clock.now().toISOString(),
    commit: null,
    begin(phase) {
      timer.begin(phase)
      onPhase(phase)
    },
    phase: () => timer.current() ?? 'checkout',
    describe: () => ({
      ...identify(attempt),
      durationMs: Math.round(clock.monotonicMs() - beganAtMs),
      phases: timer.finish(),
    }),
  }
  return attempt
}

/** What is written down of an attempt whose engines are about to start. */
export function describeRunning(attempt: Attempt, now: Date): Omit<RunningScan, 'owner' | 'phase'> {
  const overdueAtMs = now.getTime() + attempt.stack.timeoutMs + OVERDUE_AFTER_MS
  return { ...identify(attempt), overdueAt: new Date(overdueAtMs).toISOString() }
}

function identify({ id, stack, commit, startedAt }: Attempt) {
  const { name, provider, repository } = stack
  return { id, stack: name, provider, repository, commit, startedAt }
}
