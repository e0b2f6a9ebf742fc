import { DriftError } from '../domain/errors.js'
import type { GateCheck } from '../domain/gate-check.js'
import type { Proposal, RemediationScope } from '../domain/proposal.js'
import type { JsonValue } from '../domain/record.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import type { RemediationRequest, RequestCode, RequestLimits } from '../domain/request.js'
import { failpoint } from '../lib/failpoint.js'
import { requiredApprovals } from './check-approvals.js'
import { examineProposal } from './gate.js'
import type { LedgerRequest } from './ledger.js'
import { proposedNotice } from './notices.js'
import { againStep, approvalStep, buildOutcome, onceMergedStep, toRequestView } from './outcome.js'
import { pullRequestBody, pullRequestTitle } from './pull-request-body.js'
import { readRecent } from './read-evidence.js'
import type { RemediationTarget } from './remediation-target.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'
import { buildRequest, parseRequest, requestBranch, requestPath, requestText } from './request.js'

/** What is to be proposed. */
export interface ProposalWish {
  readonly scope: RemediationScope
  readonly limits: RequestLimits
  readonly requester: string
  /** A no of people or of the gate to the same plan is asked again. */
  readonly again: boolean
  readonly code: RequestCode
  readonly proposal: Proposal
}

/** Where something is proposed. */
export interface ProposeContext {
  readonly target: RemediationTarget
  readonly tools: RemediationTools
  readonly signal: AbortSignal
}

/** As far back as an earlier no to the same plan is looked for. */
const MAX_REQUESTS = 200

/** Proposes a plan that has something to do, unless people, the gate or a guard have said no to it. */
export async function propose(wish: ProposalWish, context: ProposeContext): Promise<RemediationOutcome> {
  const { target, tools } = context
  const { stack } = target.stack
  const no = wish.again ? null : await findEarlierNo(wish, context)
  if (no !== null) return no
  const { action } = wish.scope
  const recent = await readRecent(tools.ledger, stack, tools.clock.now())
  const checks = examineProposal({ ...wish, action, policy: tools.policy, recent })
  const failed = checks.filter(({ status }) => status !== 'passed')
  if (failed.length > 0) {
    const message = `${stack} is not proposed: ${failed.map(({ evidence }) => evidence).join('; ')}`
    return buildOutcome({ stack, status: 'refused', message, checks: failed })
  }
  const request = writeRequest(wish, context)
  const known = await recordRequest(request, context)
  failpoint('remediate.recorded')
  return openPullRequest(known, { request, proposal: wish.proposal }, context)
}

/** Tells the forge of a request, also of one that it was not told of before a crash. */
export async function openPullRequest(
  known: LedgerRequest,
  { request, proposal }: { readonly request: RemediationRequest; readonly proposal: Proposal },
  { target, tools, signal }: ProposeContext,
): Promise<RemediationOutcome> {
  const { forge, stack: target_ } = target
  const { id: requestId, branch, path, content, stack, createdAt } = known
  const { baseBranch, baseCommit } = request
  const required = requiredApprovals(request.summary, { policy: tools.policy, target: target_ })
  const { approvers } = tools.policy
  const steps = forge.approvalSteps({ path, branch, baseBranch })
  const title = pullRequestTitle(request)
  const body = pullRequestBody({ request, proposal, required, approvers, steps })
  const proposed = { requestId, stack, path, content, branch, baseBranch, baseCommit, createdAt, title, body }
  const pullRequest = await forge.propose(proposed, signal)
  failpoint('remediate.pull-request-opened')
  const at = tools.clock.now().toISOString()
  const notice = proposedNotice(known, { at, title, url: pullRequest.url, branch })
  await tools.ledger.savePullRequest(requestId, pullRequest, { ...deedNow(tools), notice })
  const where = pullRequest.url ?? `branch ${branch}`
  const message = `${title}: ${where} waits for ${required} of ${approvers.join(', ')}, then for its merge`
  const nextSteps = [approvalStep(branch, pullRequest.url), onceMergedStep(stack)]
  return buildOutcome({
    stack,
    status: 'proposed',
    message,
    request: { ...toRequestView(known), url: pullRequest.url },
    nextSteps,
  })
}

/** Merged and refused, or closed unmerged: the answer to this plan stays no until it is another plan. */
async function findEarlierNo(
  { proposal, scope }: ProposalWish,
  { target, tools }: ProposeContext,
): Promise<RemediationOutcome | null> {
  const { stack } = target.stack
  const requests = await tools.ledger.requestsOf(stack, MAX_REQUESTS)
  const epoch = await tools.ledger.epoch()
  const same = requests.find(
    (one) => one.planDigest === proposal.digest && one.epoch === epoch && one.state !== 'superseded',
  )
  if (same === undefined || !['refused', 'closed'].includes(same.state)) return null
  const isClosed = same.state === 'closed'
  const message = isClosed
    ? `the same plan was proposed for ${stack} and closed unmerged, which means no`
    : `the same plan was proposed for ${stack}, merged, and refused by the gate`
  const checks = isClosed
    ? [declinedCheck(same)]
    : readChecks(same.detail).filter(({ status }) => status !== 'passed')
  return buildOutcome({
    stack,
    status: 'refused',
    message,
    request: toRequestView(same),
    checks,
    nextSteps: [againStep(stack, `Propose it again (${scope.action})`, '--again')],
  })
}

function declinedCheck({ id, stateAt }: LedgerRequest): GateCheck {
  return {
    name: 'not-declined',
    status: 'failed',
    onFailure: 'final',
    evidence: `request ${id} was closed unmerged, as was seen at ${stateAt}`,
    wayOut: 'ask again with --again, or accept the difference with an ignore rule',
  }
}

/** The checks that a refused request was settled with. */
export function readChecks(detail: JsonValue): readonly GateCheck[] {
  return Array.isArray(detail) ? (detail as unknown as readonly GateCheck[]) : []
}

function writeRequest(wish: ProposalWish, { target, tools }: ProposeContext): RemediationRequest {
  const { repository, stack, provider, path, baseBranch } = target.stack
  const now = tools.clock.now()
  const { again: _, ...parts } = wish
  const request = buildRequest(
    {
      ...parts,
      id: tools.newId(),
      nonce: tools.newNonce(),
      repository,
      stack,
      provider,
      path,
      baseBranch,
      baseCommit: target.tip,
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + tools.policy.expiresAfterMs).toISOString(),
    },
    tools.key,
  )
  const checked = parseRequest(requestText(request))
  if (checked.ok) return request
  const way = 'propose it in parts with --record, or correct by hand'
  throw new DriftError(
    'REQUEST_INVALID',
    `${stack} cannot be proposed as one request: ${checked.problem}; ${way}`,
  )
}

async function recordRequest(
  request: RemediationRequest,
  { target, tools }: ProposeContext,
): Promise<LedgerRequest> {
  const { id, nonce, stack, planDigest, createdAt, expiresAt } = request
  const { repository } = target.stack
  const row = {
    id,
    nonce,
    repository,
    stack,
    planDigest,
    createdAt,
    expiresAt,
    branch: requestBranch(stack, id),
    path: requestPath(stack, id),
    content: requestText(request),
  }
  await tools.ledger.propose(row, { ...deedNow(tools), by: request.requester })
  const known = await tools.ledger.request(id)
  if (known === null)
    throw new DriftError('INTERNAL', `request ${id} is gone right after it was written down`)
  return known
}
