import type { JsonValue } from '../../../src/domain/record.js'
import type { StateResource } from '../plan-json/plan-json.js'
import { PROTOCOLS } from './cover-element.js'
import { isList, isObject, own } from './same-value.js'

/** True for the attribute of an AWS security group that lists its rules. */
export function isRuleAttribute(resourceType: string, name: string): boolean {
  return SECURITY_GROUPS.has(resourceType) && (name === 'ingress' || name === 'egress')
}

const SECURITY_GROUPS: ReadonlySet<string> = new Set(['aws_security_group', 'aws_default_security_group'])

/** Each rule of a list of blocks with exactly one peer, as text that is equal for equal rules. */
export function rulesOfGroup(blocks: readonly JsonValue[], groupId: string): readonly string[] {
  return blocks.filter(isObject).flatMap((block) => rulesWithPeers(block, 'protocol', groupId))
}

/** The same of a sibling that is a rule of this group in this direction; empty for any other. */
export function rulesOfSibling(
  sibling: StateResource,
  direction: string,
  groupId: string,
): readonly string[] {
  const { values } = sibling
  if (own(values, 'security_group_id') !== groupId) return []
  if (sibling.type === 'aws_security_group_rule') {
    return own(values, 'type') === direction ? rulesWithPeers(values, 'protocol', groupId) : []
  }
  if (sibling.type === `aws_vpc_security_group_${direction}_rule`) {
    return rulesWithPeers(values, 'ip_protocol', groupId)
  }
  return []
}

type Values = { readonly [key: string]: JsonValue }

/** Attributes that name peers, in every form a rule is written in. */
const PEER_ATTRIBUTES = [
  'cidr_blocks',
  'cidr_ipv4',
  'ipv6_cidr_blocks',
  'cidr_ipv6',
  'prefix_list_ids',
  'prefix_list_id',
  'security_groups',
  'source_security_group_id',
  'referenced_security_group_id',
] as const

/** Descriptions are left out: they are reported where the rule itself is managed. */
function rulesWithPeers(rule: Values, protocolName: string, groupId: string): readonly string[] {
  const written = String(own(rule, protocolName) ?? '')
  const protocol = PROTOCOLS.get(written) ?? written
  const isAll = protocol === '-1'
  const ports = isAll ? [0, 0] : [own(rule, 'from_port') ?? 0, own(rule, 'to_port') ?? 0]
  const peers = PEER_ATTRIBUTES.flatMap((name) => textsOf(own(rule, name)).map((peer) => peerOf(peer)))
  if (own(rule, 'self') === true) peers.push(groupId)
  return [...new Set(peers)].map((peer) => JSON.stringify([protocol, ...ports, peer]))
}

/** A group of another account is written `123456789012/sg-1`. */
function peerOf(text: string): string {
  return /^\d{12}\/(sg-.*)$/.exec(text)?.[1] ?? text
}

function textsOf(value: JsonValue): readonly string[] {
  const list = isList(value) ? value : [value]
  return list.filter((item): item is string => typeof item === 'string' && item !== '')
}
