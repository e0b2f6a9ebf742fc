import { resolve } from 'node:path'
import type { LoadedConfig } from '../config/load-config.js'
import { resolveCredentials } from '../config/resolve-credentials.js'
import type { RepositoryConfig } from '../config/schema.js'
import type { Variables } from '../git/git-environment.js'
import { openRepository } from '../git/open-repository.js'
import type { Repository } from '../git/repository.js'
import type { Signers } from '../git/signature-rules.js'

/** A repository of driftd.yaml, and where what is kept of it stands. */
export interface ConfiguredRepositoryRequest {
  readonly loaded: LoadedConfig
  readonly repository: RepositoryConfig
  /** Where mirrors and worktrees are kept. */
  readonly dataFolder: string
  readonly env: Variables
}

/** Opens a repository of driftd.yaml; nothing is fetched yet. Throws as `openRepository`, and SECRET_UNAVAILABLE. */
export async function openConfiguredRepository(request: ConfiguredRepositoryRequest): Promise<Repository> {
  const { loaded, repository, dataFolder, env } = request
  return openRepository({
    name: repository.name,
    url: repository.url,
    baseFolder: loaded.folder,
    ref: repository.ref ?? null,
    credentials: await resolveCredentials(repository, loaded.folder, env),
    dataFolder,
    env,
    signers: requiredSigners(loaded, repository),
  })
}

/** Whose signature the commits of a repository must have; null: nobody's. */
export function requiredSigners(
  { folder }: Pick<LoadedConfig, 'folder'>,
  { signedCommits, allowedSigners, gpgKeyring }: RepositoryConfig,
): Signers | null {
  if (signedCommits !== 'require') return null
  const absolute = (path: string | undefined) => (path === undefined ? null : resolve(folder, path))
  return { allowedSigners: absolute(allowedSigners), gpgKeyring: absolute(gpgKeyring) }
}
