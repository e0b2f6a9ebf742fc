import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import { endedOutcome } from './ended-outcome.js'
import type { RemediationRun } from './remediation-run.js'
import { verifyReceipt } from './verify-receipt.js'

/** The last request that was carried out stands before all that were proposed and given up since. */
const MAX_REQUESTS = 200

/**
 * Makes the scan that verifies what was carried out last, where driftd was stopped or killed before it, or where it has no
 * verdict. Only the scan is made again, never the apply. Null: there is none to make, or it has no verdict once more.
 */
export async function verifyPending(run: RemediationRun): Promise<RemediationOutcome | null> {
  const { target, tools, wish } = run
  const requests = await tools.ledger.requestsOf(target.stack.stack, MAX_REQUESTS)
  const last = requests.find(({ receipt }) => receipt !== null)
  const verification = last?.receipt?.verification
  const isPending = verification === null || (verification === 'failed' && wish.mayPlan)
  if (last?.receipt == null || !isPending) return null
  const receipt = await verifyReceipt(last, last.receipt, run)
  // what keeps a scan from a verdict is told by whatever is tried next
  return verification === 'failed' && receipt.verification === 'failed'
    ? null
    : endedOutcome(last, receipt, [])
}
