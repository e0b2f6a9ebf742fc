import type { ErrorCode } from './errors.js'
import type { DriftRecord } from './record.js'

/** What a scan found out (product.md, Verdicts). */
export const SCAN_STATUSES = ['failed', 'drifted', 'incomplete', 'pending', 'in-sync'] as const
export type ScanStatus = (typeof SCAN_STATUSES)[number]

/** The steps of a scan, in the words that logs, docs and the progress display use. */
export const PHASE_NAMES = ['checkout', 'init', 'plan', 'show', 'check', 'parse', 'store'] as const
export type PhaseName = (typeof PHASE_NAMES)[number]

/** One step of a scan and the time it took. */
export interface Phase {
  readonly name: PhaseName
  readonly durationMs: number
}

/** Why something could not be verified. */
export const UNVERIFIED_REASONS = [
  'no-check-mode',
  'tainted',
  'check-mode-artifact',
  'host-unreachable',
  'host-stopped',
  'plan-stopped',
  'denied',
] as const
export type UnverifiedReason = (typeof UNVERIFIED_REASONS)[number]

/** One thing a scan could not verify: `db1: rebuild index` (host and task name), or a resource address. */
export interface Unverified {
  readonly what: string
  readonly reason: UnverifiedReason
}

/** How much of the stack a scan could verify. */
export interface Coverage {
  readonly verified: number
  readonly applicable: number
  readonly unverified: readonly Unverified[]
  /** What a scan really ran (`check_mode: false`), as `host: task name`. */
  readonly executed: readonly string[]
}

/** Why a scan has no verdict. The message is for people and free of secrets; programs compare the code. */
export interface ScanError {
  readonly code: ErrorCode
  readonly phase: PhaseName
  readonly message: string
  /** Whether the same scan may succeed later without anybody doing anything. */
  readonly retryable: boolean
}

/** Something a person should know that does not change the verdict. */
export interface ScanWarning {
  readonly code: ErrorCode
  readonly message: string
}

/** One run of a provider over one stack at one commit. */
export interface Scan {
  /** ULID: sorts by time. */
  readonly id: string
  readonly stack: string
  readonly provider: string
  /** Null for a one-shot comparison. */
  readonly repository: string | null
  /** Null where a folder that is no Git repository is scanned in place. */
  readonly commit: string | null
  readonly status: ScanStatus
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string
  readonly durationMs: number
  readonly phases: readonly Phase[]
  readonly coverage: Coverage
  readonly error: ScanError | null
  readonly warnings: readonly ScanWarning[]
  readonly records: readonly DriftRecord[]
}

/** One scan in a stack's history, without its records. */
export type PastScan = Omit<Scan, 'records' | 'warnings' | 'phases'>
