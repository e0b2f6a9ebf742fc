import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import { readProcessStat } from './process-stat.js'

/** This process, or one of this machine. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  const world = readWorld()
  const stat = readProcessStat(pid)
  const startedAs = world === null || stat === null ? null : `${world} ${stat.startTicks}`
  return { host: hostname(), pid, startedAs }
}

/**
 * Whether a process that was identified once still runs. One of another host, boot or container is `elsewhere`, since
 * its number means nothing here; after a reboot of this machine it is `gone`. A number alone is believed where the
 * system tells no start times.
 */
export function stateOfProcess(identity: ProcessIdentity): ProcessState {
  if (identity.host !== hostname()) return 'elsewhere'
  const world = readWorld()
  if (identity.startedAs === null || world === null) return exists(identity.pid) ? 'alive' : 'gone'
  const [boot, namespace] = identity.startedAs.split(' ')
  const [thisBoot, thisNamespace] = world.split(' ')
  if (boot !== thisBoot) return 'gone'
  if (namespace !== thisNamespace) return 'elsewhere'
  const stat = readProcessStat(identity.pid)
  const isSame = stat !== null && !stat.isDead && identity.startedAs === `${world} ${stat.startTicks}`
  return isSame ? 'alive' : 'gone'
}

/** The boot of this machine and the namespace of its process ids, `boot namespace`; null where there is no such thing. */
function readWorld(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
