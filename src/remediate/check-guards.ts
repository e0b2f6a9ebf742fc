import type { Proposal, RemediationAction } from '../domain/proposal.js'
import type { RequestLimits } from '../domain/request.js'
import type { GatePolicy, RecentChange } from './gate-bundle.js'
import { type Finding, failed, passed } from './gate-result.js'

/** Fewer vanished things are an accident of a small stack, not credentials that see nothing. */
const MIN_VANISHED = 3
const MAX_VANISHED_SHARE = 0.5
/** As often may the same thing be remediated in a day, before something must be fighting us (T20). */
const MAX_REMEDIATIONS_A_DAY = 3
const MAX_NAMED = 5

/** What a proposal is judged by, before it is proposed and again before it is carried out. */
export interface GuardedProposal {
  readonly action: RemediationAction
  readonly proposal: Proposal
  readonly limits: RequestLimits
  readonly policy: Pick<GatePolicy, 'limits'>
  readonly recent: readonly RecentChange[]
}

/** Blast radius: never more than the request and the configuration of now allow. */
export function checkLimits({ proposal, limits, policy }: GuardedProposal): Finding {
  const maxDestroy = Math.min(limits.maxDestroy, policy.limits.maxDestroy)
  const maxChanges = Math.min(limits.maxChanges, policy.limits.maxChanges)
  const { destroys, replaces, changes } = proposal
  if (destroys > maxDestroy)
    return failed(
      `it would delete ${destroys}, at most ${maxDestroy} are allowed`,
      'raise remediation.limits.maxDestroy, or narrow it with --record',
    )
  if (replaces > 0 && !(limits.allowReplace && policy.limits.allowReplace))
    return failed(
      `it would replace ${replaces}, which is not allowed`,
      'set remediation.limits.allowReplace: true, or narrow it with --record',
    )
  if (changes.length > maxChanges)
    return failed(
      `it would change ${changes.length} things, at most ${maxChanges} are allowed`,
      'raise remediation.limits.maxChanges, or narrow it with --record',
    )
  return passed(
    `${changes.length} changes of at most ${maxChanges}, ${destroys} deletions of at most ${maxDestroy}`,
  )
}

/** Things that hold data, and what cannot be undone. */
export function checkIrreversible({ proposal, limits }: GuardedProposal): Finding {
  const found = proposal.changes.filter(({ isIrreversible }) => isIrreversible)
  if (found.length === 0) return passed('nothing of it is irreversible')
  return limits.allowIrreversible
    ? passed(`irreversible, and allowed by the request: ${namesOf(found)}`)
    : failed(
        `it would do what cannot be undone: ${namesOf(found)}`,
        'narrow it with --record, or ask for it with --allow-irreversible',
      )
}

/** Credentials that suddenly see nothing look as if everything had been deleted. */
export function checkMassDelete({ action, proposal, limits }: GuardedProposal): Finding {
  const gone = proposal.changes.filter((change) =>
    action === 'accept'
      ? ['delete', 'forget'].includes(change.action)
      : change.action === 'create' && change.cause === 'drift',
  )
  const share = proposal.managed === null ? 0 : gone.length / Math.max(1, proposal.managed)
  const isMass = gone.length >= MIN_VANISHED && share > MAX_VANISHED_SHARE
  if (!isMass) return passed(`${gone.length} things are gone`)
  const evidence = `${gone.length} of ${proposal.managed} things seem to be deleted`
  return limits.allowMassDelete
    ? passed(`${evidence}, and the request allows it`)
    : failed(
        `${evidence}: the credentials may see nothing`,
        'check credentials, account and region; where it is true, ask for it with --allow-mass-delete',
      )
}

/** Code that nobody applied yet is no remediation. */
export function checkPending({ action, proposal, limits }: GuardedProposal): Finding {
  const found = proposal.changes.filter(({ cause }) => cause === 'pending')
  if (action === 'accept' || found.length === 0) return passed('no unapplied code would be applied')
  return limits.includePending
    ? passed(`unapplied code, and the request includes it: ${namesOf(found)}`)
    : failed(
        `it would also apply code that nobody applied yet: ${namesOf(found)}`,
        'apply that code first, narrow it with --record, or ask for both with --include-pending',
      )
}

/** T20: what was put right again and again is being changed by somebody, an autoscaler perhaps. */
export function checkFought({ proposal, recent }: GuardedProposal): Finding {
  const often = proposal.changes.filter((change) => timesOf(change, recent) >= MAX_REMEDIATIONS_A_DAY)
  if (often.length === 0) return passed('nothing of it was remediated three times in a day')
  return failed(
    `something is fighting us: ${namesOf(often)} was remediated ${MAX_REMEDIATIONS_A_DAY} times in 24 hours`,
    'find out who changes it; an ignore rule with reason and date accepts it',
  )
}

function timesOf(
  { address, host }: { readonly address: string; readonly host: string | null },
  recent: readonly RecentChange[],
): number {
  const requests = recent.filter((one) => one.address === address && one.host === host)
  return new Set(requests.map(({ requestId }) => requestId)).size
}

function namesOf(changes: readonly { readonly address: string; readonly host: string | null }[]): string {
  const names = changes.map(({ address, host }) => (host === null ? address : `${address} on ${host}`))
  const rest = names.length - MAX_NAMED
  return rest > 0 ? `${names.slice(0, MAX_NAMED).join(', ')} and ${rest} more` : names.join(', ')
}
