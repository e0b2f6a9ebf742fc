import type { Receipt } from '../domain/request.js'
import type { Lease } from './ledger.js'
import { receiptNotice } from './notices.js'
import { deedNow, type RemediationTools } from './remediation-tools.js'

/**
 * Takes over what a dead process left at a stack: what it had not begun is proposed again; what it had is unknown, alerted,
 * its engine ended, never tried again, and to be verified by a scan. Returns who is at the stack still: a living process, or
 * one of another machine whose lease has not ended.
 */
export async function takeOverStack(stack: string, tools: RemediationTools): Promise<Lease | null> {
  const lease = (await tools.ledger.leases()).find((one) => one.stack === stack)
  if (lease === undefined) return null
  if (!isDead(lease, tools)) return lease
  const request = await tools.ledger.request(lease.requestId)
  if (request?.state !== 'applying') {
    await tools.ledger.takeOver(lease, null, deedNow(tools))
    return null
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
    message: `driftd (process ${owner.pid} on ${owner.host}) ended while it carried out request ${request.id}, or could not write down how that ended`,
    unexpected: [],
    verification: null,
    scan: null,
  }
  const deed = { ...deedNow(tools), notice: receiptNotice(request, receipt) }
  await tools.ledger.takeOver(lease, receipt, deed)
  return null
}

/** This process prolongs what it is at, so what has run out is something that it could not write the end of. */
function isDead({ owner, until }: Lease, { clock, processState, owner: self }: RemediationTools): boolean {
  const state = processState(owner)
  const isSelf = owner.host === self.host && owner.pid === self.pid && owner.startedAs === self.startedAs
  return state === 'gone' || ((state === 'elsewhere' || isSelf) && until <= clock.now().toISOString())
}
