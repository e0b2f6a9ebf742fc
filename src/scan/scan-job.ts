import type { FollowSettings } from '../domain/follow-request.js'
import type { IgnoreRule } from '../domain/ignore-rule.js'
import type { PhaseName, Scan, ScanWarning } from '../domain/scan.js'
import type { SeverityRule } from '../domain/severity-rule.js'
import type { Stack } from '../domain/stack.js'
import type { Clock } from '../lib/clock.js'
import type { Store } from '../store/store.js'
import type { Admission } from './admission.js'
import type { LearnedMemory } from './learned-memory.js'
import type { Checkout, Provider } from './provider.js'
import type { ScanFolders } from './scan-folders.js'
import type { ScanJournal } from './scan-journal.js'

/** One stack to be scanned now. */
export interface ScanJob {
  readonly stack: Stack
  readonly provider: Provider
  /** The files of the stack's commit; shared by the stacks of that commit. */
  openCheckout(): Promise<Checkout>
  /** The engine's environment, and the secret values in it. */
  engineEnvironment(): Promise<EngineEnvironment>
  readonly signal: AbortSignal
  /** Null for a one-shot comparison, which has no memory. */
  readonly following: Following | null
  /** Fingerprints that an approved request has carried out since the last scan: gone, they were remediated. */
  readonly remediated?: readonly string[]
}

/** How the drift of a stack is followed. */
export interface Following extends FollowSettings {
  /** The rules of the repository that are about this stack. */
  readonly rules: readonly IgnoreRule[]
  /** Digest of the files that the stack depends on, or null where they cannot be told. Never throws. */
  codeDigest(key: Buffer): Promise<string | null>
}

/** What an engine is given. */
export interface EngineEnvironment {
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** What a person should know of it, such as variables that were not passed on. */
  readonly warnings: readonly ScanWarning[]
}

/** The parts that scans share. */
export interface ScanTools {
  readonly clock: Clock
  readonly admission: Admission
  /** Absent where nothing is kept: then each stack is taken for a usual one. */
  readonly learnedMemory?: LearnedMemory
  readonly folders: ScanFolders
  /** The key of content hashes. */
  readonly key: Buffer
  /** The user's severity table; the provider's own comes after it. */
  readonly severityRules: readonly SeverityRule[]
  /** Null for a one-shot comparison, which has no memory. */
  readonly store: Store | null
  /** Null with it. */
  readonly journal: ScanJournal | null
  /** A new id that sorts by time. */
  newId(): string
  onEvent(event: ScanEvent): void
}

/** What a progress display and the log are told. */
export type ScanEvent =
  | { readonly type: 'waiting' | 'started'; readonly stack: string }
  | { readonly type: 'phase'; readonly stack: string; readonly phase: PhaseName }
  | { readonly type: 'finished'; readonly stack: string; readonly scan: Scan }

/** What the caller of a scan wants to hear, and how it stops it. */
export interface Watcher {
  readonly signal: AbortSignal
  onEvent(event: ScanEvent): void
}
