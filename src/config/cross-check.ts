import type { ConfigProblem } from './config-problem.js'
import type { Config } from './schema.js'
import { suggest } from './suggest.js'

type ProblemAt = (path: readonly PropertyKey[], message: string, suggestion?: string) => ConfigProblem

/** What is wrong between parts of a configuration that are each valid. */
export function crossCheck(config: Config, problemAt: ProblemAt): readonly ConfigProblem[] {
  return [
    ...duplicateNames(config, problemAt),
    ...unknownChannels(config, problemAt),
    ...untrustedRemediation(config, problemAt),
  ]
}

function duplicateNames(config: Config, problemAt: ProblemAt): readonly ConfigProblem[] {
  const repositories = config.repositories.map(({ name }, r) => ({ name, path: ['repositories', r, 'name'] }))
  const stacks = config.repositories.flatMap((repository, r) =>
    repository.stacks.map(({ name }, s) => ({ name, path: ['repositories', r, 'stacks', s, 'name'] })),
  )
  const again = (
    named: readonly { readonly name: string; readonly path: readonly PropertyKey[] }[],
    what: string,
  ) =>
    named
      .filter(({ name }, index) => named.findIndex((other) => other.name === name) < index)
      .map(({ name, path }) => problemAt(path, `"${name}" is the name of another ${what}`))
  return [...again(repositories, 'repository'), ...again(stacks, 'stack')]
}

function unknownChannels(config: Config, problemAt: ProblemAt): readonly ConfigProblem[] {
  const known = Object.keys(config.alerts.channels)
  const uses = [
    ...config.alerts.routes.map((route, i) => ({
      path: ['alerts', 'routes', i, 'channels'],
      names: route.channels,
    })),
    ...(config.digest ? [{ path: ['digest', 'channels'], names: config.digest.channels }] : []),
  ]
  return uses.flatMap(({ path, names }) =>
    names.flatMap((name, i) => {
      if (known.includes(name)) return []
      return [problemAt([...path, i], `"${name}" is no channel of alerts.channels`, suggest(name, known))]
    }),
  )
}

/** Whoever can commit can read what an engine can read: remediation needs `runAs`, or a repository that is trusted. */
function untrustedRemediation(config: Config, problemAt: ProblemAt): readonly ConfigProblem[] {
  if (!config.remediation.enabled || config.defaults.runAs !== undefined) return []
  return config.repositories.flatMap((repository, r) => {
    const isSeparated =
      repository.discover.length === 0 &&
      repository.stacks.every((stack) => stack.settings.runAs !== undefined)
    if (repository.trustCommitters || isSeparated) return []
    const message =
      'may not be remediated: set runAs for its stacks, or trustCommitters: true (docs/security.md says what that means)'
    return [problemAt(['repositories', r], message)]
  })
}
