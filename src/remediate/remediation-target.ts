import type { ApplyOutcome, Proposal, RemediationAction, RemediationScope } from '../domain/proposal.js'
import type { RewrittenHistory } from '../domain/repository-state.js'
import type { RequestCode } from '../domain/request.js'
import type { Scan } from '../domain/scan.js'
import type { Forge } from '../forge/forge.js'
import type { History } from '../git/history.js'
import type { GateTarget } from './gate-bundle.js'

/** A stack at the newest commit of its repository, as remediation drives it. */
export interface RemediationTarget {
  readonly stack: GateTarget
  /** What its provider can carry out, the usual action first. */
  readonly actions: readonly RemediationAction[]
  readonly forge: Forge
  /** The commit of the tracked branch that everything below is about. */
  readonly tip: string
  readonly history: History
  /** The tracked branch was moved to where it does not follow from, and nobody has acknowledged it. */
  readonly rewritten: RewrittenHistory | null
  /** Reasons of the freeze windows that the stack is in at this moment. */
  openWindows(): readonly string[]
  /** The code that the stack is made of at the tip. */
  readCode(): Promise<RequestCode>
  /**
   * Plans at the tip with the rights of a scan, and gives the plan up when `use` is done. Nobody else plans or scans the
   * stack meanwhile. Throws what a scan throws, and REMEDIATION_UNSUPPORTED.
   */
  plan<T>(scope: RemediationScope, signal: AbortSignal, use: (plan: StackPlan) => Promise<T>): Promise<T>
  /** Scans the stack at the tip; `carriedOut` was remediated by an approved request since the last scan. */
  scan(carriedOut: readonly StackThing[], signal: AbortSignal): Promise<Scan>
}

/** A thing of a stack, as requests name it. */
export interface StackThing {
  readonly address: string
  readonly host: string | null
}

/** A plan, and the way to carry it out, with the rights for that. */
export interface StackPlan {
  readonly proposal: Proposal
  /** `onEngine` is told the process group before anything can change; where it throws, nothing does. */
  apply(signal: AbortSignal, onEngine: (processGroup: number) => Promise<void>): Promise<ApplyOutcome>
}
