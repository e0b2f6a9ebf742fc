import { DriftError, toDriftError } from '../domain/errors.js'
import type { GateCheck } from '../domain/gate-check.js'
import type { ApplyOutcome } from '../domain/proposal.js'
import type { JsonValue } from '../domain/record.js'
import type { Receipt, RemediationRequest } from '../domain/request.js'
import { failpoint } from '../lib/failpoint.js'
import { examineRequest } from './gate.js'
import type { GateBundle } from './gate-bundle.js'
import { decideGate } from './gate-result.js'
import type { Claim, LedgerRequest } from './ledger.js'
import { receiptNotice, refusedNotice } from './notices.js'
import { readSwitches } from './read-evidence.js'
import type { RemediationTarget, StackPlan } from './remediation-target.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'

/** A claim lives this long without a word of its process; a process of this machine that is gone is known at once. */
const LEASE_MS = 60_000

/** A merged request whose evidence the gate has accepted so far, and everything to carry it out with. */
export interface CarryOut {
  readonly known: LedgerRequest
  readonly request: RemediationRequest
  readonly bundle: GateBundle
  readonly target: RemediationTarget
  readonly tools: RemediationTools
  readonly signal: AbortSignal
  readonly applySignal: AbortSignal
}

/** How carrying out ended. */
export type CarriedOut =
  | { readonly status: 'ended'; readonly receipt: Receipt; readonly checks: readonly GateCheck[] }
  /** The fresh plan did not pass. */
  | { readonly status: 'refused' | 'not-now'; readonly checks: readonly GateCheck[] }
  /** Somebody else was faster, or the kill switch is on. */
  | { readonly status: 'gone' | 'busy' | 'frozen'; readonly reason: string }

/**
 * Steps 6 to 9 of the protocol: claims the request and its stack, plans anew, asks the gate once more, writes the journal,
 * applies that plan, writes the receipt. At most once, whatever dies when. Throws what planning throws; then nothing was
 * changed, and the request is proposed still.
 */
export async function carryOut(run: CarryOut): Promise<CarriedOut> {
  const { known, tools } = run
  failpoint('remediate.before-claim')
  const claimed = await tools.ledger.claim({ ...leaseNow(tools), requestId: known.id, owner: tools.owner })
  if (claimed.status !== 'claimed') return claimed
  failpoint('remediate.claimed')
  const heart = keepLease(claimed.claim, tools)
  try {
    return await run.target.plan(scopeOf(run.request), run.signal, (plan) =>
      carryOutPlan(
        { ...run, applySignal: AbortSignal.any([run.applySignal, heart.lost]) },
        claimed.claim,
        plan,
      ),
    )
  } catch (error) {
    // what was begun has ended with a receipt; anything before that is given back untouched
    await tools.ledger.release(claimed.claim, null, deedNow(tools)).catch(() => undefined)
    throw error
  } finally {
    await heart.stop()
  }
}

async function carryOutPlan(run: CarryOut, claim: Claim, plan: StackPlan): Promise<CarriedOut> {
  const { target, tools, bundle, known, request } = run
  failpoint('remediate.planned')
  const fresh = { code: await target.readCode(), proposal: plan.proposal }
  const checks = examineRequest({ ...bundle, ...(await readSwitches(target, tools)), fresh }, tools.key)
  const verdict = decideGate(checks)
  if (verdict !== 'open') {
    const failed = checks.filter(({ status }) => status !== 'passed')
    const refusal = verdict === 'refused' ? (checks as unknown as JsonValue) : null
    const deed = deedNow(tools)
    const notice = refusedNotice(known, { at: deed.at, failed })
    await tools.ledger.release(claim, refusal, refusal === null ? deed : { ...deed, notice })
    return { status: verdict, checks }
  }
  failpoint('remediate.before-journal')
  const begunAt = tools.clock.now().toISOString()
  const journal = {
    begunAt,
    owner: tools.owner,
    commit: target.tip,
    planDigest: request.planDigest,
    engine: null,
  }
  if (!(await tools.ledger.begin(claim, journal))) {
    await tools.ledger.release(claim, null, deedNow(tools))
    return {
      status: 'frozen',
      reason: 'the kill switch came on, or another process took over, while it was planned',
    }
  }
  failpoint('remediate.begun')
  const outcome = await apply(run, claim, plan)
  failpoint('remediate.applied')
  const receipt = toReceipt(run, { begunAt, outcome })
  const notice = receiptNotice(known, receipt)
  const isWritten = await tools.ledger.finish(claim, receipt, { ...deedNow(tools), notice })
  failpoint('remediate.finished')
  if (!isWritten)
    tools.onProblem(`another process declared request ${known.id} unknown while it was carried out`)
  return { status: 'ended', receipt: isWritten ? receipt : { ...receipt, status: 'unknown' }, checks }
}

/** Once the journal is written nothing may be thrown: how it ended is a receipt, `unknown` where nobody can say. */
async function apply({ tools, applySignal }: CarryOut, claim: Claim, plan: StackPlan): Promise<ApplyOutcome> {
  try {
    return await plan.apply(applySignal, async (processGroup) => {
      failpoint('remediate.engine-started')
      if (await tools.ledger.noteEngine(claim, tools.identify(processGroup))) return
      throw new DriftError('INTERRUPTED', 'another process has taken over this stack: nothing was changed')
    })
  } catch (error) {
    return { status: 'unknown', changed: [], message: toDriftError(error).message }
  }
}

function toReceipt(
  { known, request, target, tools }: CarryOut,
  { begunAt, outcome }: { readonly begunAt: string; readonly outcome: ApplyOutcome },
): Receipt {
  const { status, changed, message } = outcome
  const { changes, unpreviewed } = request.summary
  const approved = new Set(changes.map(nameOf))
  const unexpected = changed.filter((one) => !approved.has(nameOf(one)) && !isAnnounced(one, unpreviewed))
  return {
    requestId: known.id,
    status,
    commit: target.tip,
    startedAt: begunAt,
    endedAt: tools.clock.now().toISOString(),
    message,
    unexpected: [...new Set(unexpected.map(nameOf))].sort(),
    verification: null,
    scan: null,
  }
}

/** What cannot be previewed was shown to people too, as `host: task (why)`. */
function isAnnounced(
  { address, host }: { readonly address: string; readonly host: string | null },
  unpreviewed: readonly string[],
): boolean {
  const start = host === null ? address : `${host}: ${address}`
  return unpreviewed.some((item) => item === start || item.startsWith(`${start} (`))
}

function nameOf({ address, host }: { readonly address: string; readonly host: string | null }): string {
  return host === null ? address : `${address} on ${host}`
}

function scopeOf({ action, scope }: RemediationRequest) {
  return { action, ...scope }
}

function leaseNow({ clock }: RemediationTools): { readonly now: string; readonly leaseUntil: string } {
  const now = clock.now()
  return { now: now.toISOString(), leaseUntil: new Date(now.getTime() + LEASE_MS).toISOString() }
}

/** Prolongs the lease while this process lives. `lost`: somebody believed it dead, and the stack may be changed by others. */
function keepLease(
  claim: Claim,
  tools: RemediationTools,
): { readonly lost: AbortSignal; stop(): Promise<void> } {
  const lost = new AbortController()
  let beat: Promise<unknown> = Promise.resolve()
  const prolong = async (): Promise<void> => {
    if (await tools.ledger.heartbeat(claim, leaseNow(tools).leaseUntil)) return
    lost.abort(new DriftError('INTERRUPTED', `another process has taken over ${claim.stack}`))
  }
  const timer = setInterval(() => {
    beat = prolong().catch((error: unknown) => {
      tools.onProblem(`the lease of ${claim.stack} could not be prolonged: ${toDriftError(error).message}`)
    })
  }, LEASE_MS / 4)
  timer.unref()
  return {
    lost: lost.signal,
    async stop() {
      clearInterval(timer)
      await beat
    },
  }
}
