import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * IPv4 that no receiver on the internet has: this network, private, carrier-grade NAT (and the metadata service of
 * Alibaba), loopback, link-local (metadata of AWS, Azure, Google), protocol assignments (metadata of Oracle),
 * documentation, 6to4 relays, benchmarks, multicast, reserved and broadcast.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const CLOSED_IPV4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // the wire server of Azure, which answers inside every virtual machine
  ['168.63.129.16', 32],
]

/** Of global unicast (2000::/3): protocol assignments with Teredo, documentation, 6to4 (it can carry any IPv4). */
const CLOSED_IPV6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const closed = new BlockList()
for (const [network, bits] of CLOSED_IPV4) closed.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of CLOSED_IPV6) closed.addSubnet(network, bits, 'ipv6')

const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/** IPv6 that stands for an IPv4: mapped ones, and NAT64, by which networks without IPv4 reach it (RFC 6052). */
const EMBEDDING_PREFIXES = [
  [0, 0, 0, 0, 0, 0xffff],
  [0x64, 0xff9b, 0, 0, 0, 0],
]

/** True for an address on the public internet; false for private, local, special ones, and for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  // a zone names an interface of this machine
  if (!isIPv6(address) || address.includes('%')) return false
  const embedded = embeddedIpv4(address)
  if (embedded !== null) return isPublicAddress(embedded)
  return globalUnicast.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

function embeddedIpv4(address: string): string | null {
  const groups = ipv6Groups(address)
  const isEmbedding = EMBEDDING_PREFIXES.some((prefix) =>
    prefix.every((group, index) => groups[index] === group),
  )
  if (!isEmbedding) return null
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

/** The eight groups of an IPv6 address; a URL writes each address in one way only, without dots. */
function ipv6Groups(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const gap = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16))
}
