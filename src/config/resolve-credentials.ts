import type { Secret, Setting } from '../lib/schema/setting.js'
import { resolveSetting } from './resolve-setting.js'
import type { RepositoryConfig } from './schema.js'

/** How to log in to a remote, as text. */
export type ResolvedCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly sshKey: string }

/** The credentials of a repository, read now; null where it names none. Throws SECRET_UNAVAILABLE. */
export async function resolveCredentials(
  { credentials }: Pick<RepositoryConfig, 'credentials'>,
  baseFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ResolvedCredentials | null> {
  if (credentials === undefined) return null
  const read = async (setting: Setting | Secret): Promise<string> =>
    (await resolveSetting(setting, baseFolder, env)).value
  if ('sshKey' in credentials) return { sshKey: await read(credentials.sshKey) }
  return { username: await read(credentials.username), password: await read(credentials.password) }
}
