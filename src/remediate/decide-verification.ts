import { isDrift, isPending } from '../domain/record.js'
import type { Receipt } from '../domain/request.js'
import type { Scan, UnverifiedReason } from '../domain/scan.js'
import type { StackThing } from './remediation-target.js'

/** Why nothing at all is known of a thing; tasks that check mode passes over were announced in the request. */
const UNREAD: ReadonlySet<UnverifiedReason> = new Set(['host-unreachable', 'host-stopped', 'plan-stopped'])

/**
 * What a scan says of the things that were carried out: other drift of the stack is another matter. `failed` where it has no
 * verdict, or where it found nothing because it did not get there.
 */
export function decideVerification(
  { status, records, coverage }: Pick<Scan, 'status' | 'records' | 'coverage'>,
  things: readonly StackThing[],
): NonNullable<Receipt['verification']> {
  if (status === 'failed') return 'failed'
  const names = new Set(things.map(nameOf))
  const isLeft = records.some((record) => (isDrift(record) || isPending(record)) && names.has(nameOf(record)))
  if (isLeft) return 'not-converged'
  const isUnread = coverage.unverified.some(
    ({ what, reason }) => UNREAD.has(reason) && things.some((thing) => isAbout(what, thing)),
  )
  return isUnread ? 'failed' : 'converged'
}

/** Of a host it is `host: task` or the host alone; a plan that stopped may have stopped before anything. */
function isAbout(what: string, { host }: StackThing): boolean {
  return host === null || what === host || what.startsWith(`${host}: `)
}

function nameOf({ address, host }: StackThing): string {
  return JSON.stringify([address, host])
}
