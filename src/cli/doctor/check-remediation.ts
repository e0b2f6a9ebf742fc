import { join } from 'node:path'
import { createForge } from '../../compose/create-forge.js'
import { openConfiguredRepository } from '../../compose/open-configured-repository.js'
import type { LoadedConfig } from '../../config/load-config.js'
import type { RepositoryConfig } from '../../config/schema.js'
import { forges } from '../../forge/index.js'
import { type Check, problemOf } from './check.js'
import type { CheckContext } from './check-context.js'

/** A forge that does not answer in this time will not do for approvals. */
const ASK_TIMEOUT_MS = 60_000

/** Could requests be proposed and approved? The forge says what its rights and its rules are; nothing is changed. */
export async function checkRemediation(
  loaded: LoadedConfig,
  context: CheckContext,
): Promise<readonly Check[]> {
  const { remediation, repositories } = loaded.config
  if (!remediation.enabled) return []
  const all = await Promise.all(repositories.map((repository) => checkForge(repository, loaded, context)))
  return all.flat()
}

async function checkForge(
  repository: RepositoryConfig,
  loaded: LoadedConfig,
  { env, scratchFolder, signal: stopped }: CheckContext,
): Promise<readonly Check[]> {
  const area = 'remediation'
  const { name } = repository
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(ASK_TIMEOUT_MS)])
    const dataFolder = join(scratchFolder, 'data')
    const git = await openConfiguredRepository({ loaded, repository, dataFolder, env })
    const { forge } = await createForge({ loaded, repository, git, forges, scratchFolder, env, signal })
    const found = await forge.examine(signal)
    return found.map((examination) => ({ ...examination, area, what: `${name}: ${examination.what}` }))
  } catch (error) {
    return [problemOf({ area, what: name }, error)]
  }
}
