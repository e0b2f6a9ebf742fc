import type { Action, AttributePath, JsonValue } from './record.js'

/** What an approved request may do: apply the code, take reality over into the state, or run the playbook. */
export const REMEDIATION_ACTIONS = ['revert', 'accept', 'run-playbook'] as const
export type RemediationAction = (typeof REMEDIATION_ACTIONS)[number]

/** One thing that carrying a proposal out would change. Free of secrets. */
export interface PlannedChange {
  readonly address: string
  readonly host: string | null
  readonly action: Action
  /** Changed attributes; values under a sensitive path are absent. */
  readonly attributes: readonly {
    readonly path: AttributePath
    readonly before?: JsonValue
    readonly after?: JsonValue
    readonly sensitive: boolean
  }[]
  /** It belongs to a type that holds data (databases, buckets, disks), or the action cannot be undone. */
  readonly isIrreversible: boolean
  /** Why it is planned: what drifted, or code that nobody applied yet. */
  readonly cause: 'drift' | 'pending' | 'consequence'
}

/** What an engine says would happen, and what it was computed from; goes into a request. Free of secrets. */
export interface Proposal {
  readonly action: RemediationAction
  /** `sha256:<hex>`; equal for two plans of the same world, other for any change of action, value, address, provider or secret. */
  readonly digest: string
  readonly digestVersion: number
  /** Sorted; empty: there is nothing to do. */
  readonly changes: readonly PlannedChange[]
  /** What will run and cannot be previewed: tasks without check mode, handlers. */
  readonly unpreviewed: readonly string[]
  readonly destroys: number
  readonly replaces: number
  /**
   * What the plan depends on besides: workspace, engine and provider versions, hashes of lock and var files, lineage of the
   * state. Sorted keys, texts only. Whatever differs when it is carried out is refused.
   */
  readonly bindings: Readonly<Record<string, string>>
  /** Things the stack has in all, as far as the engine tells: what is planned is judged by it. */
  readonly managed: number | null
  /** What a person should know before saying yes (`-target` is partial, Ansible has no saved plan). */
  readonly warnings: readonly string[]
}

/** Which part of a stack is to be remediated. */
export interface RemediationScope {
  readonly action: RemediationAction
  /** Addresses (Terraform) or `host` names (Ansible) it is limited to; empty: the whole stack. */
  readonly addresses: readonly string[]
  readonly hosts: readonly string[]
}

/** How carrying out ended. The message is for people, free of secrets. */
export interface ApplyOutcome {
  /** `unknown`: it was interrupted; nobody can say what was done until a plan is made. */
  readonly status: 'applied' | 'failed' | 'unknown'
  /** What really changed, where the engine tells; to be compared with what was approved. */
  readonly changed: readonly {
    readonly address: string
    readonly host: string | null
    readonly action: Action
  }[]
  readonly message: string | null
}
