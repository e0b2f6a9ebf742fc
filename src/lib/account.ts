import { DriftError } from '../domain/errors.js'
import { runCommand } from './run-command.js'

/** An account of the operating system. */
export interface Account {
  readonly name: string
  readonly uid: number
  /** Of its own group. */
  readonly gid: number
  /** As the system has it; whether there is such a folder is another matter. */
  readonly home: string
}

const LOOKUP_TIMEOUT_MS = 30_000

/**
 * Looks up an account that engines may run as, also where the system asks a directory service for it. Throws
 * RUNAS_UNAVAILABLE where there is none, where it is root, and where this process may not become another account.
 */
export async function lookUpAccount(name: string, path: string | undefined): Promise<Account> {
  if (process.geteuid?.() !== 0) throw notRoot(name)
  const account = parsePasswd(await askSystem(name, path))
  if (account === null)
    throw unavailable(
      name,
      'there is no such account',
      `make one (useradd --system ${name}), or correct runAs`,
    )
  // as root it could read everything that runAs is there to keep from it
  if (account.uid === 0)
    throw unavailable(name, 'it is root', 'name an account without rights, made for this')
  return account
}

async function askSystem(name: string, path: string | undefined): Promise<string> {
  const env = { PATH: path ?? '/usr/bin:/bin', LC_ALL: 'C' }
  const signal = AbortSignal.timeout(LOOKUP_TIMEOUT_MS)
  try {
    const args = ['passwd', '--', name]
    return (await runCommand({ command: 'getent', args, cwd: '/', env, stdout: { kind: 'text' }, signal }))
      .stdout
  } catch (cause) {
    throw unavailable(name, 'getent could not be started to look it up', 'put it on PATH', cause)
  }
}

/** passwd(5): `name:password:uid:gid:comment:home:shell`. */
function parsePasswd(text: string): Account | null {
  const [name, , uid, gid, , home] = text.split('\n')[0]?.split(':') ?? []
  if (!name || home === undefined || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return null
  return { name, uid: Number(uid), gid: Number(gid), home }
}

function notRoot(name: string): DriftError {
  return unavailable(
    name,
    'only root may start programs as another account',
    'start driftd as root, or remove runAs (docs/security.md says what that means)',
  )
}

/** What stands in the way of running an engine as another account, and what to do. */
export function unavailable(name: string, why: string, remedy: string, cause?: unknown): DriftError {
  return new DriftError(
    'RUNAS_UNAVAILABLE',
    `no engine can run as ${name} (runAs), since ${why}: ${remedy}`,
    { cause },
  )
}
