import { join } from 'node:path'
import { providers } from '../../app.js'
import { openConfiguredRepository, requiredSigners } from '../../compose/open-configured-repository.js'
import { formatProblem } from '../../config/config-problem.js'
import type { LoadedConfig } from '../../config/load-config.js'
import { type ResolvedRepository, resolveStacks } from '../../config/resolve-stacks.js'
import type { RepositoryConfig } from '../../config/schema.js'
import { classifyRepositoryUrl } from '../../domain/repository-url.js'
import type { Repository } from '../../git/repository.js'
import { checkSigners } from '../../git/signature-rules.js'
import { treeOf } from '../../git/tree-of.js'
import type { Checkout, ExaminedStack } from '../../scan/provider.js'
import { type Check, ok, problem, problemOf, warning } from './check.js'
import type { CheckContext } from './check-context.js'

/** A remote that does not list its refs in this time will not do for scans. */
const ASK_TIMEOUT_MS = 20_000
/** Copying the files of a local repository of some gigabytes. */
const COPY_TIMEOUT_MS = 120_000

/** What was found of all repositories, and their stacks, with files where these are on this machine. */
export interface RepositoryChecks {
  readonly checks: readonly Check[]
  readonly stacks: readonly ExaminedStack[]
}

/**
 * Is every repository there, with its ref and with stacks? Of local ones the stacks of the newest commit are looked at, in
 * a copy that goes with the scratch folder; remote ones are asked for their ref only.
 */
export async function checkRepositories(
  loaded: LoadedConfig,
  context: CheckContext,
): Promise<RepositoryChecks> {
  const all = await Promise.all(
    loaded.config.repositories.map((repository) => checkRepository(repository, loaded, context)),
  )
  return { checks: all.flatMap(({ checks }) => checks), stacks: all.flatMap(({ stacks }) => stacks) }
}

async function checkRepository(
  repository: RepositoryConfig,
  loaded: LoadedConfig,
  context: CheckContext,
): Promise<RepositoryChecks> {
  const at = { area: 'repositories', what: repository.name } as const
  try {
    const dataFolder = join(context.scratchFolder, 'data')
    const git = await openConfiguredRepository({ loaded, repository, dataFolder, env: context.env })
    const location = classifyRepositoryUrl(repository.url)
    const isRemote = 'kind' in location && location.kind === 'remote'
    const look = isRemote ? askRemote : lookInside
    return await look(git, { repository, loaded, context })
  } catch (error) {
    return { checks: [problemOf(at, error, `git ls-remote ${repository.url}`)], stacks: [] }
  }
}

interface Place {
  readonly repository: RepositoryConfig
  readonly loaded: LoadedConfig
  readonly context: CheckContext
}

async function askRemote(git: Repository, place: Place): Promise<RepositoryChecks> {
  const { repository, loaded, context } = place
  const commit = await git.latestCommit(withTimeout(context, ASK_TIMEOUT_MS))
  const signers = requiredSigners(loaded, repository)
  if (signers !== null) await checkSigners({ signers, folder: context.scratchFolder, callerEnv: context.env })
  const resolved = await resolveStacks({ loaded, repository, tree: null, providers })
  const detail = `${repository.url} is at ${commit?.slice(0, 12) ?? 'no commit'}; files are looked at by the scan`
  const found = ok({ area: 'repositories', what: repository.name, detail })
  return { checks: [found], stacks: examined(resolved, null) }
}

async function lookInside(git: Repository, place: Place): Promise<RepositoryChecks> {
  const { repository, loaded, context } = place
  const checkout = await git.checkout({ signal: withTimeout(context, COPY_TIMEOUT_MS) })
  // the copy stays until the scratch folder goes, and nobody else knows it
  await checkout.release()
  const tree = await treeOf(checkout.root)
  const resolved = await resolveStacks({ loaded, repository, tree, providers })
  return { checks: checksOf(repository, checkout, resolved), stacks: examined(resolved, checkout) }
}

function checksOf(
  repository: RepositoryConfig,
  { commit }: Checkout,
  { stacks, problems }: ResolvedRepository,
): readonly Check[] {
  const at = { area: 'repositories', what: repository.name } as const
  const where = commit === null ? 'scanned in place' : `at ${commit.slice(0, 12)}`
  const count = `${stacks.length} stack${stacks.length === 1 ? '' : 's'}`
  const found =
    stacks.length > 0
      ? ok({ ...at, detail: `${repository.url} ${where}: ${count}` })
      : problem(
          { ...at, detail: `${repository.url} ${where} has no stacks (NO_STACKS)` },
          'driftd init --force',
        )
  return [found, ...problems.map((one) => warning({ ...at, detail: formatProblem(one) }, null))]
}

function examined({ stacks }: ResolvedRepository, checkout: Checkout | null): readonly ExaminedStack[] {
  return stacks.map(({ stack }) => ({ stack, checkout }))
}

function withTimeout({ signal }: CheckContext, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
}
