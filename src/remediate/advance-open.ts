import { toDriftError } from '../domain/errors.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import type { RemediationRequest } from '../domain/request.js'
import type { PullRequestView } from '../forge/forge.js'
import { countApprovals, requiredApprovals } from './check-approvals.js'
import type { LedgerRequest } from './ledger.js'
import { againStep, approvalStep, buildOutcome, onceMergedStep, toRequestView } from './outcome.js'
import { openPullRequest } from './propose.js'
import { readRequest } from './read-evidence.js'
import type { RemediationRun } from './remediation-run.js'
import type { StackPlan } from './remediation-target.js'
import { deedNow } from './remediation-tools.js'
import { isSame } from './request.js'

/** What came of an open request: where it stands, or that it is over and what is there now may be proposed. */
export type OpenOutcome =
  | { readonly status: 'stands'; readonly outcome: RemediationOutcome }
  | { readonly status: 'over' }

/** Looks at a request that waits for people: is it still open, wanted, in time, and what would be done. */
export async function advanceOpen(known: LedgerRequest, run: RemediationRun): Promise<OpenOutcome> {
  const { target, tools, signal, wish } = run
  const request = readRequest(known.content)
  const now = tools.clock.now().toISOString()
  if (request === null) return end(known, run, { state: 'superseded', why: 'it cannot be read' })
  if (now >= known.expiresAt)
    return end(known, run, { state: 'expired', why: `it expired at ${known.expiresAt}` })
  if (!isWished(request, run))
    return end(known, run, { state: 'superseded', why: 'something else was asked for' })
  const view =
    known.pullRequest && (await target.forge.stateOf({ ...known, pullRequest: known.pullRequest }, signal))
  if (view !== null && view.state === 'merged') return stands(mergedElsewhere(known, request))
  if (view !== null && view.state !== 'open')
    return end(known, run, { state: 'closed', why: 'its pull request was closed unmerged' })
  const code = await target.readCode()
  if (!isSame(code, request.code))
    return end(known, run, { state: 'superseded', why: 'the code of the stack changed' })
  if (!wish.mayPlan && view !== null) return stands(waiting(known, request, { view, run }))
  return target.plan({ action: request.action, ...request.scope }, signal, (plan) =>
    compare(known, request, { plan, view, run }),
  )
}

async function compare(
  known: LedgerRequest,
  request: RemediationRequest,
  found: {
    readonly plan: StackPlan
    readonly view: PullRequestView | null
    readonly run: RemediationRun
  },
): Promise<OpenOutcome> {
  const { plan, view, run } = found
  const { proposal } = plan
  const isStill = proposal.digest === request.planDigest && isSame(proposal.bindings, request.bindings)
  if (!isStill) {
    const why =
      proposal.changes.length === 0 ? 'nothing is left to do' : 'another plan would be carried out now'
    return end(known, run, { state: 'superseded', why })
  }
  if (view !== null) return stands(waiting(known, request, { view, run }))
  // a crash came between writing it down and telling the forge
  return stands(await openPullRequest(known, { request, proposal }, run))
}

/** True where nothing was asked for, or what is open already. */
function isWished({ action, scope, limits }: RemediationRequest, { wish }: RemediationRun): boolean {
  const isAction = wish.action === null || wish.action === action
  const isScope =
    wish.addresses.length + wish.hosts.length === 0 ||
    isSame(scope, { addresses: wish.addresses, hosts: wish.hosts })
  const flags = ['includePending', 'allowIrreversible', 'allowMassDelete'] as const
  return isAction && isScope && flags.every((flag) => !wish[flag] || limits[flag])
}

async function end(
  known: LedgerRequest,
  { target, tools, signal }: RemediationRun,
  { state, why }: { readonly state: 'expired' | 'superseded' | 'closed'; readonly why: string },
): Promise<OpenOutcome> {
  // first in the ledger: a pull request that stays open by a failure is merged in vain
  await tools.ledger.settle(known.id, { state, detail: why, deed: deedNow(tools) })
  if (known.pullRequest === null || state === 'closed') return { status: 'over' }
  try {
    await target.forge.close(known.pullRequest, `driftd closes this request: ${why}.`, signal)
  } catch (error) {
    signal.throwIfAborted()
    tools.onProblem(`${known.branch} could not be closed, do it by hand: ${toDriftError(error).message}`)
  }
  return { status: 'over' }
}

function stands(outcome: RemediationOutcome): OpenOutcome {
  return { status: 'stands', outcome }
}

function mergedElsewhere(known: LedgerRequest, { baseBranch }: RemediationRequest): RemediationOutcome {
  return buildOutcome({
    stack: known.stack,
    status: 'waiting',
    message: `the pull request of ${known.id} is merged, but its file is not on ${baseBranch} yet`,
    request: toRequestView(known),
    nextSteps: [againStep(known.stack, 'Look again')],
  })
}

function waiting(
  known: LedgerRequest,
  request: RemediationRequest,
  { view, run }: { readonly view: PullRequestView; readonly run: RemediationRun },
): RemediationOutcome {
  const { tools, target } = run
  const { policy } = tools
  const required = requiredApprovals(request.summary, { policy, target: target.stack })
  const { counted, left } = countApprovals(
    asIfMerged(view, tools.clock.now()),
    request.requester,
    policy.approvers,
  )
  const names = counted.map(({ name }) => name)
  const asked = policy.approvers.filter((name) => !names.includes(name) && name !== request.requester)
  const rest = required - counted.length
  const whom = rest > 0 ? `${rest} more of ${asked.join(', ') || 'nobody: name approvers'}` : 'its merge'
  const ignored = left.map(({ name, why }) => `${name} ${why}`).join('; ')
  const where = known.pullRequest?.url ?? `branch ${known.branch}`
  const message =
    `request ${known.id} (${where}) waits for ${whom}; approved by ${names.join(', ') || 'nobody'} so far` +
    (ignored === '' ? '' : `; not counted: ${ignored}`)
  return buildOutcome({
    stack: known.stack,
    status: 'waiting',
    message,
    request: toRequestView(known),
    nextSteps: [approvalStep(known.branch, known.pullRequest?.url ?? null), onceMergedStep(known.stack)],
  })
}

/** Counted as if it were merged at this moment. */
function asIfMerged({ approvals, headCommit }: PullRequestView, now: Date) {
  const hasTimes = approvals.some(({ at }) => at !== null)
  return {
    approvals,
    headCommit: headCommit ?? '',
    excludedIdentities: [],
    mergedAt: hasTimes ? now.toISOString() : null,
    dropsApprovalsOnPush: true,
  }
}
