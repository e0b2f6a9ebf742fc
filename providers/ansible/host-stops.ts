import type { ScanWarning } from '../../src/domain/scan.js'
import type { HostStop } from './playbook-view.js'

const MAX_HOSTS = 3
/** A dead network segment is one thing to know, not five hundred. */
const MAX_WARNINGS = 5

/** Why hosts were not read to the end: a warning for each reason, hosts with the same one together. */
export function stopWarnings(stops: ReadonlyMap<string, HostStop>): readonly ScanWarning[] {
  const hostsByReason = new Map<string, { readonly stop: HostStop; readonly hosts: string[] }>()
  for (const [host, stop] of [...stops].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const reason = JSON.stringify(stop)
    const known = hostsByReason.get(reason)
    if (known === undefined) hostsByReason.set(reason, { stop, hosts: [host] })
    else known.hosts.push(host)
  }
  const groups = [...hostsByReason.values()]
  const shown = groups
    .slice(0, MAX_WARNINGS)
    .map(({ stop, hosts }) => toWarning(stop, describeStop(hosts, stop)))
  const rest = groups.slice(MAX_WARNINGS)
  const [next] = rest
  if (next === undefined) return shown
  const hosts = nameHosts(rest.flatMap((group) => group.hosts))
  return [...shown, toWarning(next.stop, `${hosts} were not read to the end either, for other reasons`)]
}

/** `web1, web2: role/task: what Ansible says`. */
export function describeStop(hosts: readonly string[], { task, words }: HostStop): string {
  return `${nameHosts(hosts)}: ${task}: ${words}`
}

/** The first hosts, and how many more there are. */
export function nameHosts(hosts: readonly string[]): string {
  if (hosts.length <= MAX_HOSTS) return hosts.join(', ')
  return `${hosts.slice(0, MAX_HOSTS).join(', ')} and ${hosts.length - MAX_HOSTS} more`
}

function toWarning({ isUnreachable }: HostStop, message: string): ScanWarning {
  return { code: isUnreachable ? 'HOST_UNREACHABLE' : 'HOST_STOPPED', message }
}
