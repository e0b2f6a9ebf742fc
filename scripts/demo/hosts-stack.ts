import { appendFile, chmod, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../lab/find-program.js'
import { runProgram } from '../lab/run-program.js'
import type { Estate } from './estate-place.js'

/** The stack of the demo that is a playbook: three hosts that are folders of this machine. */
export const HOSTS_STACK = 'hosts'

/** What stands for the hosts' disks. */
export function hostsFolder(estate: Pick<Estate, 'folder'>): string {
  return join(estate.folder, 'hosts')
}

/** Carries the playbook out. `folder` is that of the stack. Throws where there is no Ansible. */
export async function applyHosts(estate: Estate, folder: string): Promise<void> {
  await mkdir(hostsFolder(estate), { recursive: true })
  const variables = JSON.stringify({ hosts_folder: hostsFolder(estate) })
  await runProgram({
    command: findAnsible(),
    args: ['-i', 'inventory.ini', '-e', variables, 'site.yml'],
    cwd: folder,
    env: estate.env,
    signal: estate.signal,
  })
}

/** The stack as driftd.yaml has it. */
export function describeHostsStack(estate: Pick<Estate, 'folder'>): string {
  const variables = JSON.stringify({ hosts_folder: hostsFolder(estate) })
  return (
    `      - name: ${HOSTS_STACK}\n        provider: ansible\n        path: hosts\n        playbook: site.yml\n` +
    `        inventory: [inventory.ini]\n        extraVars: ${variables}\n        engine: ${JSON.stringify(findAnsible())}\n`
  )
}

/** Lets root log in by password on a host. */
export async function openSshd(hosts: string, host: string): Promise<void> {
  const file = join(hosts, host, 'etc', 'sshd_config')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('PermitRootLogin no', 'PermitRootLogin yes'))
}

/** Adds a line to the settings of the application. */
export async function addSetting(hosts: string, host: string, line: string): Promise<void> {
  await appendFile(join(hosts, host, 'etc', 'app.ini'), `${line}\n`)
}

/** Lets everybody read the settings of the application. */
export async function publishSettings(hosts: string, host: string): Promise<void> {
  await chmod(join(hosts, host, 'etc', 'app.ini'), 0o644)
}

/** Removes the log rotation of a host. */
export async function removeRotation(hosts: string, host: string): Promise<void> {
  await unlink(join(hosts, host, 'etc', 'logrotate.d', 'app'))
}

/** Throws where there is none. */
export function findAnsible(): string {
  const found = findProgram('ansible-playbook')
  if (found === null) throw new Error('ansible-playbook is not there: `make setup` says how to get it')
  return found
}
