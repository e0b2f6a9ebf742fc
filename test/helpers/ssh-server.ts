import { execFile, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A real sshd on loopback with throw-away keys, for this user alone. */
export interface SshServer {
  /** Its sessions are its children. */
  readonly pid: number
  readonly port: number
  /** The private key of its only user, and the line of a known-hosts file that names it. */
  readonly key: string
  readonly knownHost: string
  /** One inventory line of a host behind it; `root` is the folder that its tasks manage. */
  host(name: string, root: string, port?: number): string
  /** Ends it and removes its keys. */
  stop(): Promise<void>
}

/** Starts an sshd. Throws, and so fails the test, where there is none. */
export async function startSshServer(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'driftd-sshd-'))
  const [key, hostKey] = [join(folder, 'key'), join(folder, 'host-key')]
  for (const file of [key, hostKey])
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  await copyFile(`${key}.pub`, join(folder, 'authorized'))
  // where sshd runs as root it insists on this folder of its package
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true })
  const port = await freePort()
  await writeFile(join(folder, 'config'), configuration(folder, port))
  const server = spawn(findSshd(), ['-D', '-e', '-f', join(folder, 'config')], {
    stdio: 'ignore',
    detached: true,
  })
  const pid = server.pid ?? 0
  await untilListening(port)
  return {
    pid,
    port,
    key: await readFile(key, 'utf8'),
    knownHost: `[127.0.0.1]:${port} ${await readFile(`${hostKey}.pub`, 'utf8')}`,
    host: (name, root, through = port) => inventoryLine(name, { root, port: through, key }),
    stop: async () => {
      endGroup(pid)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    `PidFile ${join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    'MaxSessions 100',
  ].join('\n')
}

function inventoryLine(
  name: string,
  to: { readonly root: string; readonly port: number; readonly key: string },
): string {
  return [
    `${name} ansible_host=127.0.0.1 ansible_port=${to.port} ansible_user=${userInfo().username}`,
    `ansible_ssh_private_key_file=${to.key} ansible_python_interpreter="{{ ansible_playbook_python }}"`,
    'ansible_ssh_common_args="-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes"',
    `ansible_remote_tmp=${to.root}/.remote-tmp root=${to.root}`,
  ].join(' ')
}

/** sshd wants its absolute path; it often stands outside a user's PATH. */
function findSshd(): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin']
  const found = folders.map((folder) => join(folder, 'sshd')).find(isExecutable)
  if (found === undefined) throw new Error('there is no sshd: install openssh-server')
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false)).once('close', () => socket.destroy())
      socket.once('connect', () => socket.end())
    })
    if (isOpen) return
    await wait(25)
  }
  throw new Error('sshd did not begin to listen within 5 s')
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // already gone
  }
}
