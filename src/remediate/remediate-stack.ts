import { isDrift } from '../domain/record.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import { advanceOpen } from './advance-open.js'
import { carryOutMerged } from './carry-out-merged.js'
import { checkHistory } from './check-merge.js'
import { checkEnabled } from './check-switches.js'
import type { Lease, LedgerRequest } from './ledger.js'
import { againStep, buildOutcome } from './outcome.js'
import { propose } from './propose.js'
import { type RemediationRun, wishedLimits, wishedScope } from './remediation-run.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'
import { takeOverStack } from './take-over.js'
import { verifyPending } from './verify-pending.js'

/** Requests of a stack that are looked at: one is open at most, but for what a crash or a race may leave. */
const MAX_REQUESTS = 50

/**
 * The one verb: advances the remediation of a stack as far as it goes now, and says where it stands. Can be repeated at any
 * time, by hand and by the daemon. Throws what a scan, the forge and the store throw; then nothing was changed.
 */
export async function remediateStack(run: RemediationRun): Promise<RemediationOutcome> {
  const { target, tools } = run
  const { stack } = target.stack
  const off = refuseSwitchedOff(stack, tools)
  if (off !== null) return off
  const lease = await takeOverStack(stack, tools)
  if (lease !== null) return busy(lease, run)
  const verified = await verifyPending(run)
  if (verified !== null) return verified
  const known = await openRequest(run)
  const isMerged = known !== null && (await target.history.blobId(target.tip, known.path)) !== null
  if (known !== null && isMerged) {
    const { outcome, isOver } = await carryOutMerged(known, run)
    return isOver ? withNewRequest(outcome, run) : outcome
  }
  if (target.rewritten !== null) return rewritten(run)
  if (known !== null) {
    const found = await advanceOpen(known, run)
    if (found.status === 'stands') return found.outcome
  }
  return planAndPropose(run)
}

/** The refusal of a configuration that switches remediation off, whatever else it says; null where it is on. */
export function refuseSwitchedOff(
  stack: string,
  { policy }: Pick<RemediationTools, 'policy'>,
): RemediationOutcome | null {
  const check = checkEnabled({ policy })
  if (check.status === 'passed') return null
  const checks = [{ name: 'remediation-enabled', ...check }]
  return buildOutcome({ stack, status: 'refused', message: `${stack}: ${check.evidence}`, checks })
}

/** The newest open request; an older one, which a crash may have left beside it, is superseded. */
async function openRequest({ target, tools }: RemediationRun): Promise<LedgerRequest | null> {
  const requests = await tools.ledger.requestsOf(target.stack.stack, MAX_REQUESTS)
  const [newest, ...older] = requests.filter(({ state }) => state === 'proposed')
  for (const { id } of older)
    await tools.ledger.settle(id, { state: 'superseded', detail: `by ${newest?.id}`, deed: deedNow(tools) })
  return newest ?? null
}

/** Plans, and proposes what would be done; where nothing would, a scan says whether the stack is in sync. */
async function planAndPropose(run: RemediationRun): Promise<RemediationOutcome> {
  const { target, signal, wish } = run
  const { stack } = target.stack
  if (!wish.mayPropose)
    return buildOutcome({ stack, status: 'waiting', message: `${stack}: nothing is proposed by itself` })
  const scope = wishedScope(run)
  const proposed = await target.plan(scope, signal, async ({ proposal }) => {
    if (proposal.changes.length === 0) return null
    const code = await target.readCode()
    const { requester, again } = wish
    return propose({ scope, limits: wishedLimits(run), requester, again, code, proposal }, run)
  })
  return proposed ?? nothingToDo(run)
}

async function nothingToDo(run: RemediationRun): Promise<RemediationOutcome> {
  const { target, signal } = run
  const { stack } = target.stack
  const scan = await target.scan([], signal)
  if (scan.error !== null)
    return buildOutcome({
      stack,
      status: 'failed',
      message: `${stack}: the scan failed: ${scan.error.message}`,
    })
  const drift = scan.records.filter(isDrift)
  const { verified, applicable } = scan.coverage
  if (drift.length === 0)
    return buildOutcome({
      stack,
      status: 'in-sync',
      message: `${stack}: no drift (${scan.status}, ${verified} of ${applicable} verified)`,
    })
  const { action } = wishedScope(run)
  const others = target.actions.filter((other) => other !== action)
  return buildOutcome({
    stack,
    status: 'drifted',
    message: `${stack}: ${action} would change nothing, and ${drift.length} differences are open that it does not undo`,
    nextSteps: [
      { text: 'Look at them', command: `driftd show ${stack}`, url: null },
      ...others.map((other) => againStep(stack, `See what ${other} would do`, '--action', other)),
    ],
  })
}

/** A merged request that is over: what is there now is proposed, unless it is what was refused. */
async function withNewRequest(outcome: RemediationOutcome, run: RemediationRun): Promise<RemediationOutcome> {
  if (!run.wish.mayPropose || run.target.rewritten !== null) return outcome
  const next = await planAndPropose({ ...run, wish: { ...run.wish, again: false } })
  return next.status === 'proposed' ? { ...outcome, proposedInstead: next.request } : outcome
}

function busy({ requestId, owner, until }: Lease, { target }: RemediationRun): RemediationOutcome {
  const { stack } = target.stack
  return buildOutcome({
    stack,
    status: 'waiting',
    message: `request ${requestId} is being carried out by process ${owner.pid} on ${owner.host} (lease until ${until})`,
    nextSteps: [againStep(stack, 'Look again when it has ended')],
  })
}

function rewritten({ target }: RemediationRun): RemediationOutcome {
  const { stack, repository } = target.stack
  const { rewritten: found, tip } = target
  const check = checkHistory({ history: { tip, rewritten: found, hasBase: null }, target: target.stack })
  return buildOutcome({
    stack,
    status: 'not-now',
    message: `${stack}: ${check.evidence}`,
    checks: [{ name: 'history-intact', ...check }],
    nextSteps: [{ text: 'Once you know why', command: `driftd unfreeze ${repository}`, url: null }],
  })
}
