import type { SeverityRule } from '../../src/domain/severity-rule.js'
import { shortModule } from './modules.js'

/** Who may log in, and what the network may reach. */
const CRITICAL = new Set(
  [
    'user',
    'group',
    'authorized_key',
    'known_hosts',
    'sudoers',
    'pamd',
    'pam_limits',
    'iptables',
    'ufw',
  ].concat([
    'firewalld',
    'nftables',
    'selinux',
    'seboolean',
    'win_user',
    'win_group_membership',
    'win_firewall_rule',
  ]),
)
const CRITICAL_WORDS =
  /\b(?:sshd?|sudo(?:ers)?|authorized.?keys?|firewall|iptables|nftables|selinux|apparmor|pam)\b/i

const LOGIN_OR_NETWORK = 'it decides who may log in, or what the network lets through'

/** Right and owner of a file. */
const OWNERSHIP = new Set(['mode', 'owner', 'group'])

/** Severities of differences on hosts; what no rule names is `medium`. */
export const ansibleSeverityRules: readonly SeverityRule[] = [
  {
    resourceType: (module) => CRITICAL.has(shortModule(module)),
    severity: 'critical',
    why: LOGIN_OR_NETWORK,
  },
  { address: (address) => CRITICAL_WORDS.test(address), severity: 'critical', why: LOGIN_OR_NETWORK },
  { kinds: ['check'], severity: 'high', why: 'an assertion of the code fails' },
  { kinds: ['deleted'], severity: 'high', why: 'it is gone' },
  {
    everyPath: (path) => OWNERSHIP.has(String(path[0])),
    severity: 'high',
    why: 'it decides who may read or change a file',
  },
]
