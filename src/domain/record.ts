import type { Severity } from './severity.js'

/** What a record says. The first five count as drift (product.md, Verdicts). */
export const KINDS = [
  'changed',
  'deleted',
  'conflict',
  'unmanaged',
  'check',
  'pending',
  'informational',
] as const
export type Kind = (typeof KINDS)[number]

/** The kinds that count as drift. */
export const DRIFT_KINDS: ReadonlySet<Kind> = new Set([
  'changed',
  'deleted',
  'conflict',
  'unmanaged',
  'check',
])

/** What carrying the code out would do to the thing. */
export const ACTIONS = ['none', 'create', 'update', 'replace', 'delete', 'import', 'forget', 'run'] as const
export type Action = (typeof ACTIONS)[number]

/** Who made an attribute differ: something outside the code, the code, or both. */
export const CAUSES = ['outside', 'code', 'both'] as const
export type Cause = (typeof CAUSES)[number]

/** A value as JSON has it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** Where an attribute stands: keys and list indexes, outermost first. */
export type AttributePath = readonly (string | number)[]

/** One run of lines of a text difference, as `diff -u` has it: each line begins with ' ', '-' or '+'. */
export interface Hunk {
  readonly oldStart: number
  readonly newStart: number
  readonly lines: readonly string[]
}

/** One attribute that differs. A sensitive change has none of the three values. */
export interface Change {
  readonly path: AttributePath
  readonly cause: Cause
  /** What Git says (Terraform: the planned value; Ansible: the after side). */
  readonly declared?: JsonValue
  /** What is there. */
  readonly actual?: JsonValue
  /** What the engine last wrote down. */
  readonly recorded?: JsonValue
  readonly sensitive: boolean
  /** A text difference (path `["content"]`): `-` lines are actual, `+` lines are declared. */
  readonly hunks?: readonly Hunk[]
  /** The values were longer than 64 KiB and are cut. */
  readonly truncated?: boolean
  /** Sizes in bytes before cutting, with `truncated`. */
  readonly declaredBytes?: number
  readonly actualBytes?: number
}

/** A place in the code. `file` is relative to the checkout, `line` begins at 1. */
export interface Source {
  readonly file: string
  readonly line: number
}

/**
 * One difference between declared and actual: one resource, or one host and task.
 * Free of secrets. What a provider returns: all but the severity.
 */
export interface Finding {
  /** First 12 characters (base32) of the fingerprint, the same in every scan. */
  readonly id: string
  /** `sha256:<hex>` over the identity; no values, no line numbers, no paths of attributes. */
  readonly fingerprint: string
  /** `hmac:<hex>`: changes when kind, paths or values do, also those of sensitive values. */
  readonly contentHash: string
  readonly kind: Kind
  readonly action: Action
  /** False where carrying the code out would not undo the difference. */
  readonly correctable: boolean
  readonly address: string
  /** Terraform: the resource type; Ansible: the module's full name. */
  readonly resourceType: string | null
  /** Ansible: the inventory host, or the target a task is delegated to. */
  readonly host: string | null
  readonly source: Source | null
  readonly changes: readonly Change[]
  /** One sentence for people where the kind alone does not tell enough. */
  readonly detail: string | null
}

/** The rule in Git that accepts a difference. */
export interface AppliedRule {
  readonly reason: string
  readonly owner: string
  /** The last day, `2027-03-31`, in UTC. */
  readonly until: string
}

/** A finding with its severity: what is stored and shown (product.md, the record as JSON). */
export interface DriftRecord extends Finding {
  readonly severity: Severity
  /** Absent where no rule accepts it. */
  readonly ignored?: AppliedRule
}

/** True for a record that a rule accepts. */
export function isIgnored({ ignored }: Pick<DriftRecord, 'ignored'>): boolean {
  return ignored !== undefined
}

/** True for a record of a kind that counts as drift, be it accepted by a rule or not. */
export function isDriftKind(record: Pick<DriftRecord, 'kind'>): boolean {
  return DRIFT_KINDS.has(record.kind)
}

/** True for a record that counts as drift: of such a kind, and accepted by no rule. */
export function isDrift(record: Pick<DriftRecord, 'kind' | 'ignored'>): boolean {
  return isDriftKind(record) && !isIgnored(record)
}

/** True for unapplied code that no rule accepts. */
export function isPending(record: Pick<DriftRecord, 'kind' | 'ignored'>): boolean {
  return record.kind === 'pending' && !isIgnored(record)
}

/** The order in which records are stored and shown: address, host, then id. Two scans of one world agree. */
export function compareRecords(a: Finding, b: Finding): number {
  return (
    compareText(a.address, b.address) || compareText(a.host ?? '', b.host ?? '') || compareText(a.id, b.id)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
