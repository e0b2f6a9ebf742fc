import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { quoteForShell } from '../lib/quote-for-shell.js'

/** How to log in to a remote, resolved. */
export type GitCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly sshKey: string }

/** What makes Git log in: options without secrets, and variables that hold them. */
export interface Login {
  readonly config: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** Values that may stand in no message. */
  readonly secrets: readonly string[]
}

export const NO_LOGIN: Login = { config: {}, env: {}, secrets: [] }

/** A helper that answers from variables: the password is in no URL, no file, and no argument that `ps` shows. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$DRIFTD_GIT_USERNAME" "$DRIFTD_GIT_PASSWORD"; }; f'

/**
 * The login for a URL. An ssh key is written 0600 into `privateFolder`, which the caller removes. Git itself gives the
 * password to the URL's own host only, not to where it is redirected. Throws REPOSITORY_INVALID where credentials
 * and URL do not fit.
 */
export async function prepareLogin(
  url: string,
  credentials: GitCredentials | null,
  privateFolder: string,
): Promise<Login> {
  if (credentials === null) return NO_LOGIN
  return 'sshKey' in credentials
    ? sshLogin(credentials.sshKey, privateFolder)
    : passwordLogin(url, credentials)
}

function passwordLogin(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
): Login {
  if (!/^https?:/i.test(url)) {
    throw new DriftError(
      'REPOSITORY_INVALID',
      `${url} takes no username and password: use https, or an sshKey`,
    )
  }
  if (/[\n\r\0]/.test(username + password)) {
    throw new DriftError('REPOSITORY_INVALID', `the credentials for ${url} hold a line break: correct them`)
  }
  return {
    // the empty entry forgets the user's helpers, which would be asked first and told the password to keep
    config: { 'credential.helper': '', [`credential.${new URL(url).origin}.helper`]: HELPER },
    env: { DRIFTD_GIT_USERNAME: username, DRIFTD_GIT_PASSWORD: password },
    secrets: [password, Buffer.from(`${username}:${password}`).toString('base64')],
  }
}

async function sshLogin(sshKey: string, privateFolder: string): Promise<Login> {
  const file = join(privateFolder, 'ssh-key')
  // OpenSSH refuses a key without the last newline, which reading a secret file drops
  await writeFile(file, `${sshKey.trimEnd()}\n`, { mode: 0o600, flag: 'wx' })
  const command = `ssh -i ${quoteForShell(file)} -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o ConnectTimeout=30`
  return { config: {}, env: { GIT_SSH_COMMAND: command }, secrets: [sshKey] }
}
