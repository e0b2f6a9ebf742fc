import type { ConfigProblem } from './config-problem.js'
import type { LoadedConfig } from './load-config.js'
import type { ResolvedRepository, ResolvedStack } from './resolve-stacks.js'
import { findUnknownStacks } from './unknown-stacks.js'

/** The stacks of all repositories, and what is wrong between them. */
export interface JoinedRepositories {
  /** No two of one name; explicit ones before others of the same name. */
  readonly stacks: readonly ResolvedStack[]
  readonly problems: readonly ConfigProblem[]
}

/**
 * Puts the stacks of all repositories together. Names are unique over all of them: a stack whose name another repository
 * has already is left out and told. `isComplete`: every repository could be read, so an unknown name is a mistake.
 */
export function joinRepositories(
  loaded: LoadedConfig,
  repositories: readonly ResolvedRepository[],
  isComplete: boolean,
): JoinedRepositories {
  const all = repositories.flatMap((repository) => repository.stacks)
  const explicitFirst = [
    ...all.filter((one) => one.origin === 'explicit'),
    ...all.filter((one) => one.origin !== 'explicit'),
  ]
  const byName = new Map<string, ResolvedStack>()
  const clashes: ConfigProblem[] = []
  for (const one of explicitFirst) {
    const other = byName.get(one.stack.name)
    if (other === undefined) byName.set(one.stack.name, one)
    else clashes.push(clash(loaded, one, other))
  }
  const stacks = [...byName.values()]
  const names = stacks.map(({ stack }) => stack.name)
  const unknown = isComplete ? findUnknownStacks(loaded, names) : []
  const own = repositories.flatMap((repository) => repository.problems)
  return { stacks, problems: [...own, ...clashes, ...unknown] }
}

function clash(loaded: LoadedConfig, one: ResolvedStack, other: ResolvedStack): ConfigProblem {
  const index = loaded.config.repositories.findIndex(({ name }) => name === one.stack.repository)
  const message = `has a stack "${one.stack.name}", as repository ${other.stack.repository} has: it is left out; rename one of them`
  return loaded.problemAt(['repositories', index, 'name'], message)
}
