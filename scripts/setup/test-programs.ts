import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findPostgres } from '../lab/find-postgres.js'
import { findProgram } from '../lab/find-program.js'
import { installWithApt } from './apt.js'
import { failureText, type Outcome } from './outcome.js'

/**
 * What only tests need, by Debian's package: a real ssh server, OpenPGP, a terminal, the shells that completion is for,
 * and PostgreSQL, to start throw-away servers of.
 */
const PROGRAMS: Readonly<Record<string, () => boolean>> = {
  'openssh-server': () => isThere('sshd'),
  gnupg: () => isThere('gpg'),
  tmux: () => isThere('tmux'),
  zsh: () => isThere('zsh'),
  fish: () => isThere('fish'),
  postgresql: () => findPostgres() !== null,
}
/** sshd often stands outside a user's PATH. */
const SYSTEM_FOLDERS: readonly string[] = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** The programs of the tests, from Debian's packages when root. Without them their tests fail and say so. */
export function setupTestPrograms(): Outcome {
  const name = 'test programs'
  const wanted = missingPackages()
  if (wanted.length === 0) return { name, state: 'ready', detail: Object.keys(PROGRAMS).join(', ') }
  const fix = `apt-get install ${wanted.join(' ')}`
  try {
    installWithApt(wanted)
  } catch (error) {
    return { name, state: 'missing', detail: `${wanted.join(', ')}: ${failureText(error)}`, fix }
  }
  const left = missingPackages()
  if (left.length === 0) return { name, state: 'installed', detail: wanted.join(', ') }
  return { name, state: 'missing', detail: `${left.join(', ')}: installed, and not to be found`, fix }
}

function missingPackages(): readonly string[] {
  return Object.entries(PROGRAMS).flatMap(([name, isInstalled]) => (isInstalled() ? [] : [name]))
}

function isThere(program: string): boolean {
  return findProgram(program) !== null || SYSTEM_FOLDERS.some((folder) => existsSync(join(folder, program)))
}
