import { z } from 'zod'
import { suggest } from '../lib/text/suggest.js'
import type { ConfigProblem } from './config-problem.js'

type Path = readonly (string | number)[]
type ProblemAt = (path: Path, message: string, suggestion?: string) => ConfigProblem

/** A list of what can be read, with what cannot as undefined, so that indexes stay those of the file. */
function list<Item extends z.ZodType>(item: Item) {
  return z.array(item.optional().catch(undefined)).catch([])
}

const text = z.string().optional().catch(undefined)
const names = z.union([z.string().transform((name) => [name]), list(z.string())]).catch([])
const named = z.object({ name: text, runAs: text })

interface LooseRoute {
  readonly channels: readonly (string | undefined)[]
  readonly routes: readonly (LooseRoute | undefined)[]
}
const routeSchema: z.ZodType<LooseRoute> = z.lazy(() =>
  z.object({ channels: names, routes: list(routeSchema) }),
)

/** Only what is compared below, as far as it can be read: a mistake elsewhere must not hide these. */
const looseSchema = z.object({
  repositories: list(
    z.object({
      name: text,
      stacks: list(named),
      discover: z.array(z.unknown()).catch([]),
      trustCommitters: z.boolean().catch(false),
    }),
  ),
  defaults: z.object({ runAs: text }).catch({ runAs: undefined }),
  alerts: z
    .object({
      channels: z.record(z.string(), z.unknown()).catch({}),
      budgets: z.record(z.string(), z.unknown()).catch({}),
      routes: list(routeSchema),
      stillAlive: z.object({ channels: names }).catch({ channels: [] }),
    })
    .catch({ channels: {}, budgets: {}, routes: [], stillAlive: { channels: [] } }),
  digest: z.object({ channels: names }).catch({ channels: [] }),
  remediation: z.object({ enabled: z.boolean().catch(false) }).catch({ enabled: false }),
})

type Loose = z.output<typeof looseSchema>

/** What is wrong between parts of a configuration; looks at the raw data, so that it is told with everything else. */
export function crossCheck(data: unknown, problemAt: ProblemAt): readonly ConfigProblem[] {
  const result = looseSchema.safeParse(data)
  if (!result.success) return []
  const checks = [duplicateNames, unknownChannels, untrustedRemediation]
  return checks.flatMap((check) => check(result.data, problemAt))
}

interface Named {
  readonly name: string | undefined
  readonly path: Path
}

function duplicateNames(config: Loose, problemAt: ProblemAt): readonly ConfigProblem[] {
  const repositories = config.repositories.map((repository, r) => ({
    name: repository?.name,
    path: ['repositories', r, 'name'],
  }))
  const stacks = config.repositories.flatMap((repository, r) =>
    (repository?.stacks ?? []).map((stack, s) => ({
      name: stack?.name,
      path: ['repositories', r, 'stacks', s, 'name'],
    })),
  )
  return [...again(repositories, 'repository', problemAt), ...again(stacks, 'stack', problemAt)]
}

function again(all: readonly Named[], what: string, problemAt: ProblemAt): readonly ConfigProblem[] {
  const seen = new Set<string>()
  return all.flatMap(({ name, path }) => {
    if (name === undefined) return []
    if (seen.has(name)) return [problemAt(path, `"${name}" is the name of another ${what}`)]
    seen.add(name)
    return []
  })
}

function unknownChannels(config: Loose, problemAt: ProblemAt): readonly ConfigProblem[] {
  const known = Object.keys(config.alerts.channels)
  const lists = [
    ...channelsOfRoutes(config.alerts.routes, ['alerts', 'routes']),
    { path: ['alerts', 'stillAlive', 'channels'], used: config.alerts.stillAlive.channels },
    { path: ['digest', 'channels'], used: config.digest.channels },
  ]
  const uses = [
    ...lists.flatMap(({ path, used }) => used.map((name, i) => ({ path: [...path, i], name }))),
    ...Object.keys(config.alerts.budgets).map((name) => ({ path: ['alerts', 'budgets', name], name })),
  ]
  return uses.flatMap(({ path, name }) =>
    name === undefined || known.includes(name)
      ? []
      : [problemAt(path, `"${name}" is no channel of alerts.channels`, suggest(name, known))],
  )
}

interface UsedChannels {
  readonly path: Path
  readonly used: readonly (string | undefined)[]
}

function channelsOfRoutes(routes: LooseRoute['routes'], at: Path): readonly UsedChannels[] {
  return routes.flatMap((route, i) => [
    { path: [...at, i, 'channels'], used: route?.channels ?? [] },
    ...channelsOfRoutes(route?.routes ?? [], [...at, i, 'routes']),
  ])
}

/** Whoever can commit can read what an engine can read: remediation needs `runAs`, or a repository that is trusted. */
function untrustedRemediation(config: Loose, problemAt: ProblemAt): readonly ConfigProblem[] {
  if (!config.remediation.enabled || config.defaults.runAs !== undefined) return []
  return config.repositories.flatMap((repository, r) => {
    if (repository === undefined || repository.trustCommitters) return []
    const { discover, stacks } = repository
    if (discover.length === 0 && stacks.length > 0 && stacks.every((stack) => stack?.runAs)) return []
    const message =
      'cannot be remediated: set runAs for its stacks, or trustCommitters: true (docs/security.md says what that means)'
    return [problemAt(['repositories', r, 'name'], message)]
  })
}
