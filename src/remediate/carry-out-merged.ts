import type { GateCheck } from '../domain/gate-check.js'
import type { JsonValue } from '../domain/record.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import { type CarriedOut, carryOut } from './carry-out.js'
import { endedOutcome } from './ended-outcome.js'
import { examineRequest, withoutPlan } from './gate.js'
import { decideGate } from './gate-result.js'
import type { LedgerRequest } from './ledger.js'
import { refusedNotice } from './notices.js'
import { againStep, buildOutcome, toRequestView } from './outcome.js'
import { readEvidence, readRequest } from './read-evidence.js'
import { RECEIPT_MARKER, refusalText } from './receipt-text.js'
import type { RemediationRun } from './remediation-run.js'
import { deedNow } from './remediation-tools.js'
import { verifyReceipt } from './verify-receipt.js'

/** What came of a merged request; `isOver`: what is there now may be proposed in its place. */
export interface MergedOutcome {
  readonly outcome: RemediationOutcome
  readonly isOver: boolean
}

/** Asks the gate about a request whose file is on the tracked branch, and carries it out where every check passes. */
export async function carryOutMerged(known: LedgerRequest, run: RemediationRun): Promise<MergedOutcome> {
  const { target, tools, signal, applySignal, wish } = run
  const bundle = await readEvidence({ path: known.path, known }, { target, tools, signal })
  const checks = withoutPlan(examineRequest(bundle, tools.key))
  const verdict = decideGate(checks)
  if (verdict === 'refused') return settleRefused(known, checks, run)
  if (verdict === 'not-now') return { outcome: notNow(known, checks), isOver: false }
  if (!wish.mayCarryOut) return { outcome: readyOutcome(known), isOver: false }
  // the gate has read the very text that the ledger holds
  const request = readRequest(known.content)
  if (request === null) return settleRefused(known, checks, run)
  return toOutcome(known, await carryOut({ known, request, bundle, target, tools, signal, applySignal }), run)
}

async function toOutcome(
  known: LedgerRequest,
  carried: CarriedOut,
  run: RemediationRun,
): Promise<MergedOutcome> {
  const { stack } = known
  switch (carried.status) {
    case 'ended': {
      const receipt = await verifyReceipt(known, carried.receipt, run)
      return { outcome: endedOutcome(known, receipt, carried.checks), isOver: false }
    }
    case 'refused':
      await tellRefusal(known, failedOf(carried.checks), run)
      return { outcome: refusedOutcome(known, carried.checks), isOver: true }
    case 'not-now':
      return { outcome: notNow(known, carried.checks), isOver: false }
    case 'frozen':
    case 'busy':
    case 'gone': {
      const status = carried.status === 'frozen' ? 'not-now' : 'waiting'
      const message = `request ${known.id} was not begun: ${carried.reason}`
      const nextSteps = [againStep(stack, 'See where it stands')]
      return {
        outcome: buildOutcome({ stack, status, message, request: toRequestView(known), nextSteps }),
        isOver: false,
      }
    }
  }
}

/** Final for this request; an expired one is proposed anew without being asked for. */
async function settleRefused(
  known: LedgerRequest,
  checks: readonly GateCheck[],
  run: RemediationRun,
): Promise<MergedOutcome> {
  const { tools } = run
  const failed = failedOf(checks)
  const final = failed.filter(({ status, onFailure }) => status === 'failed' && onFailure === 'final')
  const isExpired = final.every(({ name }) => name === 'not-expired')
  const deed = deedNow(tools)
  await tools.ledger.settle(known.id, {
    state: isExpired ? 'expired' : 'refused',
    detail: checks as unknown as JsonValue,
    deed: { ...deed, notice: refusedNotice(known, { at: deed.at, failed }) },
  })
  await tellRefusal(known, failed, run)
  return { outcome: refusedOutcome(known, checks), isOver: true }
}

async function tellRefusal(
  { id, pullRequest }: LedgerRequest,
  failed: readonly GateCheck[],
  { target, tools, signal }: RemediationRun,
): Promise<void> {
  if (pullRequest === null) return
  try {
    await target.forge.comment?.(pullRequest, RECEIPT_MARKER, refusalText(failed), signal)
  } catch (error) {
    signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    tools.onProblem(`the refusal of request ${id} could not be written to its pull request: ${why}`)
  }
}

function failedOf(checks: readonly GateCheck[]): readonly GateCheck[] {
  return checks.filter(({ status }) => status !== 'passed')
}

function refusedOutcome(known: LedgerRequest, checks: readonly GateCheck[]): RemediationOutcome {
  const names = checks.filter(({ status }) => status === 'failed').map(({ name }) => name)
  return buildOutcome({
    stack: known.stack,
    status: 'refused',
    message: `request ${known.id} is refused for good: ${names.join(', ')}; nothing was changed`,
    request: { ...toRequestView(known), state: 'refused' },
    checks,
    nextSteps: [
      { text: 'Every check', command: `driftd gate explain ${known.id}`, url: null },
      againStep(known.stack, 'Propose it again', '--again'),
    ],
  })
}

function notNow(known: LedgerRequest, checks: readonly GateCheck[]): RemediationOutcome {
  const why = failedOf(checks).map(({ evidence }) => evidence)
  return buildOutcome({
    stack: known.stack,
    status: 'not-now',
    message: `request ${known.id} is not carried out now: ${why.join('; ')}`,
    request: toRequestView(known),
    checks,
    nextSteps: [againStep(known.stack, 'Try again, before it expires')],
  })
}

function readyOutcome(known: LedgerRequest): RemediationOutcome {
  return buildOutcome({
    stack: known.stack,
    status: 'waiting',
    message: `request ${known.id} is approved and merged; it is carried out by hand (trigger: manual)`,
    request: toRequestView(known),
    nextSteps: [againStep(known.stack, 'Carry it out')],
  })
}
