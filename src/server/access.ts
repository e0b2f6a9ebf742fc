import { isIP, isIPv4 } from 'node:net'

/** Why a request is not answered. */
export type AccessProblem = 'host' | 'origin'

/** What a browser or a program says about where it thinks it is. */
export interface Caller {
  readonly host?: string | undefined
  readonly origin?: string | undefined
}

/** True for an address, or the name `localhost`, that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/**
 * Whether a request may be answered. A page whose name was made to point here (DNS rebinding) says its own name as
 * host: only `localhost`, bare addresses, and names that the configuration allows are ours. A page of another origin has
 * no business here. Null: nothing stands in the way.
 */
export function decideAccess(caller: Caller, allowedHosts: readonly string[]): AccessProblem | null {
  const host = hostName(caller.host)
  if (host === null || !isOurs(host, allowedHosts)) return 'host'
  if (caller.origin === undefined) return null
  return caller.origin.replace(/^https?:\/\//, '') === caller.host ? null : 'origin'
}

function isOurs(host: string, allowedHosts: readonly string[]): boolean {
  return host === 'localhost' || isIP(host) !== 0 || allowedHosts.includes(host)
}

/** The name or address of a Host header, without port and brackets, in lower case; null where it is none. */
function hostName(header: string | undefined): string | null {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? '') ?? []
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, '') ?? null
}
