import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../lab/find-program.js'
import { runProgram } from '../lab/run-program.js'
import type { Estate } from './estate-place.js'

/** Who approves in the demo. Whoever asks for a change never counts as its approver, and that is your account. */
export const APPROVER = approverBeside(accountName())

/** A name that is not that of the account. */
export function approverBeside(account: string): string {
  return account === 'alice' ? 'bob' : 'alice'
}

/** The approver's private key, made for this demo, without a passphrase. */
export function approverKey({ folder }: Pick<Estate, 'folder'>): string {
  return join(folder, 'keys', APPROVER)
}

/** Makes the key, and writes the file that says whose signature counts (beside driftd.yaml). */
export async function createApprover(estate: Estate): Promise<void> {
  const keyFile = approverKey(estate)
  await mkdir(join(estate.folder, 'keys'), { recursive: true, mode: 0o700 })
  await runProgram({
    command: findKeygen(),
    args: ['-q', '-t', 'ed25519', '-N', '', '-C', APPROVER, '-f', keyFile],
    cwd: estate.folder,
    env: estate.env,
    signal: estate.signal,
  })
  const publicKey = (await readFile(`${keyFile}.pub`, 'utf8')).trim()
  await writeFile(join(estate.folder, 'allowed_signers'), `${APPROVER} ${publicKey}\n`)
}

/** Throws where there is none. */
export function findKeygen(): string {
  const found = findProgram('ssh-keygen')
  if (found === null)
    throw new Error('ssh-keygen is not there: install OpenSSH (Debian: apt-get install openssh-client)')
  return found
}

function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
