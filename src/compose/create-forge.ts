import type { LoadedConfig } from '../config/load-config.js'
import { resolveSetting } from '../config/resolve-setting.js'
import type { RepositoryConfig } from '../config/schema.js'
import { DriftError } from '../domain/errors.js'
import type { Forge } from '../forge/forge.js'
import type { ForgePlugin } from '../forge/forge-plugin.js'
import type { Repository } from '../git/repository.js'
import { systemClock } from '../lib/clock.js'
import type { Variables } from '../scan/environment.js'

/** What the forge of a repository is made of. */
export interface CreateForgeRequest {
  readonly loaded: LoadedConfig
  readonly repository: RepositoryConfig
  readonly git: Repository
  readonly forges: readonly ForgePlugin[]
  /** Private folder for what must be a file. */
  readonly scratchFolder: string
  readonly env: Variables
  readonly signal: AbortSignal
}

/** A forge, and the branch that it merges into. */
export interface CreatedForge {
  readonly forge: Forge
  readonly baseBranch: string
}

/**
 * The forge that the configuration names, for one repository. Throws REMEDIATION_UNSUPPORTED where the repository is no Git
 * repository or tracks no branch, the errors of a checkout, and what the forge itself needs.
 */
export async function createForge(request: CreateForgeRequest): Promise<CreatedForge> {
  const { loaded, repository, git, forges, scratchFolder, env, signal } = request
  const { history, branches } = git
  if (history === null || branches === null)
    throw cannotRemediate(repository, 'it is a folder, not a Git repository: track one')
  const baseBranch = await git.trackedBranch(signal)
  if (baseBranch === null) throw cannotRemediate(repository, 'its ref is a tag or a commit: track a branch')
  const { forge, approvals } = loaded.config.remediation
  const plugin = forges.find(({ type }) => type === forge?.type)
  if (forge === undefined || plugin === undefined)
    throw cannotRemediate(repository, 'no forge is configured: set remediation.forge')
  const created = await plugin.create({
    options: forge.options,
    baseFolder: loaded.folder,
    trackedBranch: baseBranch,
    history,
    branches,
    approvers: approvals.approvers,
    scratchFolder,
    clock: systemClock,
    env,
    readSecret: async (secret) => (await resolveSetting(secret, loaded.folder, env)).value,
  })
  return { forge: created, baseBranch }
}

/** Why nothing of a repository can be remediated. */
export function cannotRemediate({ name }: RepositoryConfig, why: string): DriftError {
  return new DriftError('REMEDIATION_UNSUPPORTED', `repository ${name} cannot be remediated: ${why}`)
}
