import type { DriftError } from '../domain/errors.js'
import type { Coverage, Phase, PhaseName, Scan, ScanError, ScanStatus } from '../domain/scan.js'
import { createPhaseTimer, type PhaseTimer } from './phase-timer.js'
import type { ScanJob, ScanTools } from './scan-job.js'

/** What is known of a scan before it has a verdict. */
export interface Attempt {
  readonly id: string
  readonly startedAt: string
  readonly beganAtMs: number
  readonly nowMs: () => number
  readonly timer: PhaseTimer
  begin(phase: PhaseName): void
  commit: string | null
}

const NO_COVERAGE: Coverage = { verified: 0, applicable: 0, unverified: [], executed: [] }

/** Begins the count of time. */
export function startAttempt(job: ScanJob, tools: ScanTools): Attempt {
  const nowMs = (): number => tools.clock.monotonicMs()
  const timer = createPhaseTimer(nowMs)
  return {
    id: tools.newId(),
    startedAt: tools.clock.now().toISOString(),
    beganAtMs: nowMs(),
    nowMs,
    timer,
    commit: null,
    begin(phase) {
      timer.begin(phase)
      tools.onEvent({ type: 'phase', stack: job.stack.name, phase })
    },
  }
}

/** What a scan is, whatever comes of it. */
export type ScanDescription = Omit<Scan, 'status' | 'coverage' | 'error' | 'warnings' | 'records'>

/** Ends the count of time. */
export function describeAttempt({ stack }: ScanJob, attempt: Attempt): ScanDescription {
  const phases: readonly Phase[] = attempt.timer.finish()
  return {
    id: attempt.id,
    stack: stack.name,
    provider: stack.provider,
    repository: stack.repository,
    commit: attempt.commit,
    startedAt: attempt.startedAt,
    durationMs: Math.round(attempt.nowMs() - attempt.beganAtMs),
    phases,
  }
}

/** The scan of an attempt that has no verdict, in the phase it had reached. */
export function failAttempt(job: ScanJob, attempt: Attempt, error: DriftError): Scan {
  const { code, message, retryable } = error
  const phase = attempt.timer.current() ?? 'checkout'
  const failure: ScanError = { code, phase, message, retryable }
  const status: ScanStatus = 'failed'
  return {
    ...describeAttempt(job, attempt),
    status,
    coverage: NO_COVERAGE,
    error: failure,
    warnings: [],
    records: [],
  }
}
