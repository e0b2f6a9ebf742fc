import { BlockList, isIP } from 'node:net'
import { DriftError } from '../domain/errors.js'

/** The variables of a process, as far as they are set. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>

/**
 * The proxy through which an https URL is asked: `https_proxy`, else `all_proxy`, in capitals too, less what `no_proxy` names;
 * null: none. Plain http is for the inside of a network and goes there directly, as does what is on this machine. Throws
 * ENDPOINT_REFUSED where the variable names no http or https proxy.
 */
export function chooseProxy(url: URL, env: ProxyVariables): URL | null {
  const text = readVariable('https_proxy', env) || readVariable('all_proxy', env)
  if (text === '' || url.protocol !== 'https:') return null
  const host = bareHost(url)
  if (isOfThisMachine(host) || isExempt(host, url.port || '443', readVariable('no_proxy', env))) return null
  const withScheme = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (proxy !== null && ['http:', 'https:'].includes(proxy.protocol) && proxy.hostname !== '') return proxy
  // not quoted: it may hold a password
  throw new DriftError(
    'ENDPOINT_REFUSED',
    `${url.origin} is not asked: HTTPS_PROXY (or ALL_PROXY) names no proxy that is spoken to by http or https; correct it, or name the host in NO_PROXY`,
  )
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function readVariable(name: string, env: ProxyVariables): string {
  return (env[name] || env[name.toUpperCase()] || '').trim()
}

function isOfThisMachine(host: string): boolean {
  return /^(?:.+\.)?localhost$|^127\.|^::1$/.test(host)
}

/** `example.test` and `.example.test` are the host and all below it; `10.0.0.0/8` is a network; `host:8443` one port; `*` all. */
function isExempt(host: string, port: string, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && (entry === '*' || matchesEntry(host, port, entry)))
}

function matchesEntry(host: string, port: string, entry: string): boolean {
  if (isIP(entry) !== 0) return host === entry
  if (entry.includes('/')) return isInNetwork(host, entry)
  const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  const bare = name.replace(/^\*?\./, '')
  return host === bare || host.endsWith(`.${bare}`)
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  const most = family === 'ipv6' ? 128 : 32
  if (isIP(host) === 0 || isIP(address) === 0 || !/^\d+$/.test(bits) || Number(bits) > most) return false
  const list = new BlockList()
  list.addSubnet(address, Number(bits), family)
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')
}
