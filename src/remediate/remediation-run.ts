import type { RemediationAction, RemediationScope } from '../domain/proposal.js'
import type { RequestLimits } from '../domain/request.js'
import type { RemediationTarget } from './remediation-target.js'
import type { RemediationTools } from './remediation-tools.js'

/** What somebody wants of a stack. */
export interface RemediationWish {
  /** Null: the usual one of the provider, or that of the open request. */
  readonly action: RemediationAction | null
  /** Empty: the whole stack, or what the open request is limited to. */
  readonly addresses: readonly string[]
  readonly hosts: readonly string[]
  readonly includePending: boolean
  readonly allowIrreversible: boolean
  readonly allowMassDelete: boolean
  /** A no of people or of the gate to the same plan is asked again. */
  readonly again: boolean
  readonly requester: string
  /** The daemon proposes only with `propose: auto`, and carries out only with `trigger: merge`. */
  readonly mayPropose: boolean
  readonly mayCarryOut: boolean
  /** An open request is planned anew, to see whether it is still what would be done. */
  readonly mayPlan: boolean
}

/** One advance of one stack. */
export interface RemediationRun {
  readonly wish: RemediationWish
  readonly target: RemediationTarget
  readonly tools: RemediationTools
  /** Ends looking and planning. */
  readonly signal: AbortSignal
  /** Ends carrying out: the engine is asked to stop where it safely can, and the outcome is mostly unknown. */
  readonly applySignal: AbortSignal
}

/** What is planned where nothing is open: what was wished, and the provider's usual action. */
export function wishedScope({ wish, target }: RemediationRun): RemediationScope {
  const { action, addresses, hosts } = wish
  return { action: action ?? target.actions[0] ?? 'revert', addresses, hosts }
}

/** What a new request may do: the limits of the configuration, and what was asked for explicitly. */
export function wishedLimits({ wish, tools }: RemediationRun): RequestLimits {
  const { includePending, allowIrreversible, allowMassDelete } = wish
  return { ...tools.policy.limits, includePending, allowIrreversible, allowMassDelete }
}
