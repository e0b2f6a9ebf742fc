import type { GroupMember } from '../../domain/alert-groups.js'
import type { Matter, StackFacts } from '../../domain/alert-matter.js'
import type { AlertMessage } from '../../domain/alert-message.js'
import type { Drift } from '../../domain/drift.js'
import type { DecidedGroup } from '../../domain/plan-alerts.js'
import type { DriftRecord } from '../../domain/record.js'
import { compareSeverities, type Severity } from '../../domain/severity.js'

/** How a message is told from every other one. */
export type MessageIdentity = Pick<AlertMessage, 'id' | 'alertKey' | 'sequence'>

/** Why a record of a provider has its severity, in words; null where that is not known. */
export type SeverityReason = (record: DriftRecord, provider: string) => string | null

/** What messages are made of beside the decision. */
export interface MessageContext {
  readonly nowMs: number
  /** By name of stack. */
  readonly facts: ReadonlyMap<string, StackFacts>
  /** By id of matter, as far as they were loaded. */
  readonly drifts: ReadonlyMap<string, Drift>
  /** URLs of repositories as configured, by name. */
  readonly repositoryUrls: ReadonlyMap<string, string>
  /** Remediation is switched on. */
  readonly canRemediate: boolean
  readonly severityReason: SeverityReason
}

/** A decision, sorted into what a message says. */
export interface MessageParts extends Pick<DecidedGroup, 'group' | 'decision' | 'folded' | 'pace'> {
  /** What is there now, news first, then loudest and oldest first. */
  readonly open: readonly GroupMember[]
  /** What was told and is over. */
  readonly over: readonly GroupMember[]
  /** Every stack of either, in the order of what is said of them. */
  readonly stacks: readonly string[]
  /** The worst of what is open; `info` where nothing is. */
  readonly severity: Severity
}

/** Sorts a decision into what its message says. */
export function partsOf({ group, decision, folded, pace }: DecidedGroup): MessageParts {
  const { fresh, changed, raised, over: gone } = decision.news
  const news = new Set<Matter>([...raised, ...fresh, ...changed])
  const isGone = new Set<Matter>(gone)
  const open = group.members
    .filter(({ matter, hold }) => matter.state === 'firing' && hold === null)
    .toSorted((a, b) => compareMembers(a, b, news))
  const over = group.members.filter(({ matter }) => isGone.has(matter))
  const stacks = [...new Set([...open, ...over].map(({ matter }) => matter.stack))]
  const severity = open.map(({ matter }) => matter.severity).sort(compareSeverities)[0] ?? 'info'
  return { group, decision, folded, pace, open, over, stacks, severity }
}

/** When it began: code that nobody applied and stacks without any verdict are known since they were noticed. */
export function sinceOf({ matter, memory }: GroupMember): string {
  if (matter.kind === 'drift' || memory === null) return matter.since
  return matter.delayMs > 0 ? memory.noticedAt : matter.since
}

function compareMembers(a: GroupMember, b: GroupMember, news: ReadonlySet<Matter>): number {
  return (
    Number(news.has(b.matter)) - Number(news.has(a.matter)) ||
    compareSeverities(a.matter.severity, b.matter.severity) ||
    (a.matter.since < b.matter.since ? -1 : a.matter.since > b.matter.since ? 1 : 0) ||
    (a.matter.id < b.matter.id ? -1 : 1)
  )
}
