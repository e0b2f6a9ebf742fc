import { RESOLUTIONS } from './drift.js'
import type { DriftRecord } from './record.js'
import type { ScanStatus } from './scan.js'
import type { Severity } from './severity.js'

/** Why somebody is told something, or nothing. */
export const ALERT_REASONS = [
  'first-drift',
  'drift-changed',
  'severity-raised',
  'resolved',
  'scan-failing',
  'stale',
  'recovered',
  'repeat-due',
  'rule-expired',
  'pending-too-long',
  'digest',
  'still-alive',
  'remediation',
  'repository',
  'test',
  'none',
] as const
export type AlertReason = (typeof ALERT_REASONS)[number]

/**
 * How something that was told as open ended: as a drift does, or because a rule accepts it now, or because its stack is
 * configured no longer and nobody looks any more.
 */
export const ALERT_ENDINGS = [...RESOLUTIONS, 'accepted', 'unconfigured'] as const
export type AlertEnding = (typeof ALERT_ENDINGS)[number]

/** A record as a message shows it. Free of secrets. Times are ISO 8601, UTC. */
export interface AlertRecord {
  readonly stack: string
  readonly record: DriftRecord
  readonly since: string
  /** Of one that is over. */
  readonly resolvedAt: string | null
  readonly resolution: AlertEnding | null
  /** Why it has its severity, in words; null where no line of the severity table is about it. */
  readonly severityReason: string | null
  /** Link to file and line, where the repository's URL allows one. */
  readonly sourceUrl: string | null
  /** Who changed it, when known. */
  readonly changedBy: string | null
}

/** The stack a message is about. */
export interface AlertStack {
  readonly name: string
  readonly repository: string | null
  readonly provider: string
  readonly labels: Readonly<Record<string, string>>
  /** False: it is configured no longer, and nobody looks at it. */
  readonly isKnown: boolean
  readonly status: ScanStatus | 'unknown'
  readonly commit: string | null
  readonly lastScanAt: string | null
  readonly lastGoodScanAt: string | null
  /** Why the last scan has no verdict, in one line. */
  readonly failure: string | null
}

/** What a person can do next: a sentence, and the exact command or link for it. */
export interface NextStep {
  readonly text: string
  readonly command: string | null
  readonly url: string | null
}

/** One message to one channel, complete and free of secrets; a channel only gives it its form. */
export interface AlertMessage {
  /** Stable over every retry: receivers tell duplicates by it. */
  readonly id: string
  /** What later messages of the same matter share: threads are kept by it. */
  readonly alertKey: string
  /** From 1, within `alertKey`. */
  readonly sequence: number
  readonly reason: AlertReason
  /** The worst of the records; `info` where there are none. */
  readonly severity: Severity
  /** ISO 8601, UTC. */
  readonly at: string
  /** Everything in one line: "CRITICAL drift: prod/network, 3 changes (1 deletion)". */
  readonly summary: string
  /** Why it is told now, in one sentence. */
  readonly explanation: string
  /** One stack, or those that one cause put together; the first is that of `alertKey` where there is one. */
  readonly stacks: readonly AlertStack[]
  readonly records: readonly AlertRecord[]
  readonly resolved: readonly AlertRecord[]
  /** Records and stacks that were folded away so that the message stays readable. */
  readonly omitted: { readonly records: number; readonly stacks: number }
  /** Further paragraphs of a digest or a notice; plain text. */
  readonly paragraphs: readonly string[]
  readonly nextSteps: readonly NextStep[]
}
