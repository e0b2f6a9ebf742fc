import type { Receipt } from '../domain/request.js'
import type { Lease } from './ledger.js'
import { receiptNotice } from './notices.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'

/** What was found at a stack before anything else is done. */
export type LeftAtStack =
  | { readonly status: 'free' }
  /** A living process is at it, or one of another machine whose lease has not ended. */
  | { readonly status: 'busy'; readonly lease: Lease }
  /** A dead one was carrying this out. */
  | { readonly status: 'unknown'; readonly receipt: Receipt }

/**
 * Takes over what a dead process left at a stack: what it had not begun is proposed again; what it had is unknown, alerted,
 * its engine ended, and never tried again.
 */
export async function takeOverStack(stack: string, tools: RemediationTools): Promise<LeftAtStack> {
  const lease = (await tools.ledger.leases()).find((one) => one.stack === stack)
  if (lease === undefined) return { status: 'free' }
  if (!isDead(lease, tools)) return { status: 'busy', lease }
  const request = await tools.ledger.request(lease.requestId)
  if (request?.state !== 'applying') {
    await tools.ledger.takeOver(lease, null, deedNow(tools))
    return { status: 'free' }
  }
  if (lease.engine !== null && tools.processState(lease.engine) === 'alive')
    await tools.endEngine(lease.engine)
  const { owner } = lease
  const receipt: Receipt = {
    requestId: request.id,
    status: 'unknown',
    commit: request.journal?.commit ?? '',
    startedAt: request.journal?.begunAt ?? request.stateAt,
    endedAt: tools.clock.now().toISOString(),
    message: `driftd (process ${owner.pid} on ${owner.host}) ended while it carried out request ${request.id}`,
    unexpected: [],
    verification: null,
    scan: null,
  }
  const deed = { ...deedNow(tools), notice: receiptNotice(request, receipt) }
  return (await tools.ledger.takeOver(lease, receipt, deed))
    ? { status: 'unknown', receipt }
    : { status: 'free' }
}

function isDead({ owner, until }: Lease, { clock, processState }: RemediationTools): boolean {
  const state = processState(owner)
  return state === 'gone' || (state === 'elsewhere' && until <= clock.now().toISOString())
}
