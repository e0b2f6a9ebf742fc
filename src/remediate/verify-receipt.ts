import type { Receipt } from '../domain/request.js'
import { failpoint } from '../lib/failpoint.js'
import { decideVerification } from './decide-verification.js'
import type { LedgerRequest } from './ledger.js'
import { notConvergedNotice } from './notices.js'
import { readRequest } from './read-evidence.js'
import { RECEIPT_MARKER, receiptText } from './receipt-text.js'
import type { RemediationRun } from './remediation-run.js'
import { deedNow } from './remediation-tools.js'

/**
 * Scans what was carried out, tells the forge, and writes down what came of it. Returns the completed receipt; as it was where
 * the scan was stopped: that says nothing of what was carried out, and whoever looks next makes it again.
 */
export async function verifyReceipt(
  known: LedgerRequest,
  receipt: Receipt,
  { target, tools, signal }: RemediationRun,
): Promise<Receipt> {
  if (signal.aborted) return receipt
  const things = readRequest(known.content)?.summary.changes ?? []
  const scan = await target.scan(receipt.status === 'applied' ? things : [], signal)
  failpoint('remediate.verified')
  if (scan.error !== null && signal.aborted) return receipt
  const verification = decideVerification(scan, things)
  const verified: Receipt = { ...receipt, verification, scan: scan.id }
  const deed = deedNow(tools)
  const found =
    scan.error === null ? `the scan is ${scan.status}` : `no scan could verify it: ${scan.error.message}`
  const isTold = receipt.status === 'applied' && verification !== 'converged'
  const notice = notConvergedNotice(known, deed.at, found)
  // first, since it can be done twice: after a crash between the two, both are
  await comment(known, verified, { target, tools, signal })
  await tools.ledger.saveVerification(verified, isTold ? { ...deed, notice } : deed)
  return verified
}

async function comment(
  { id, pullRequest }: LedgerRequest,
  receipt: Receipt,
  { target, tools, signal }: Pick<RemediationRun, 'target' | 'tools' | 'signal'>,
): Promise<void> {
  if (pullRequest === null) return
  try {
    await target.forge.comment?.(pullRequest, RECEIPT_MARKER, receiptText(receipt), signal)
  } catch (error) {
    signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    tools.onProblem(`the receipt of request ${id} could not be written to its pull request: ${why}`)
  }
}
