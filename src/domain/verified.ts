import type { DriftRecord } from './record.js'
import type { Coverage, UnverifiedReason } from './scan.js'

/** After these nothing more was read of a host, named or not. */
const HOST_ENDED: ReadonlySet<UnverifiedReason> = new Set(['host-unreachable', 'host-stopped'])

/**
 * A test for records of earlier scans: could a scan of this coverage have seen them again? What it could not verify is
 * not gone only because it was not seen.
 */
export function verifiedBy({ unverified }: Coverage): (record: DriftRecord) => boolean {
  const named = new Set(unverified.map(({ what }) => what))
  const darkHosts = new Set(
    unverified.filter(({ reason }) => HOST_ENDED.has(reason)).map(({ what }) => hostOf(what)),
  )
  const hasStopped = unverified.some(({ reason }) => reason === 'plan-stopped')
  return (record) => {
    if (record.kind === 'check' && hasStopped) return false
    if (record.host !== null && darkHosts.has(record.host)) return false
    const prefix = record.host === null ? '' : `${record.host}: `
    return ![record.address, withoutLabel(record.address)].some((name) => named.has(`${prefix}${name}`))
  }
}

/** `db1: rebuild index` -> `db1`. */
function hostOf(what: string): string {
  const end = what.indexOf(': ')
  return end === -1 ? what : what.slice(0, end)
}

/** `install [nginx]` -> `install`, `aws_vpc.a (deposed 1234)` -> `aws_vpc.a`: what is named stands for all of it. */
function withoutLabel(address: string): string {
  return address.replace(/ [[(].*$/s, '')
}
