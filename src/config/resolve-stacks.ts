import { type Stack, stackNameProblem } from '../domain/stack.js'
import { DEFAULT_MIN_COVERAGE } from '../domain/verdict.js'
import { compilePathGlobs } from '../lib/path-glob.js'
import type { Provider, Tree } from '../scan/provider.js'
import type { ConfigProblem } from './config-problem.js'
import { deepFreeze } from './deep-freeze.js'
import type { LoadedConfig } from './load-config.js'
import { completeSettings, mergeSettings, type StackSettings } from './merge-settings.js'
import { parseRepositoryFile, REPOSITORY_FILE_NAME, type RepositoryFile } from './repository-file.js'
import { reservedLabels } from './repository-file-rules.js'
import type { RepositoryConfig } from './schema.js'
import type { IgnoreEntry } from './sections/ignore.js'
import { optionsSchema, type StackEntry } from './stack-entry.js'

const DEFAULT_TIMEOUT_MS = 15 * 60_000

/** A stack, ready to be scanned and scheduled. */
export interface ResolvedStack {
  readonly stack: Stack
  readonly settings: StackSettings
  /** Where it stands: in driftd.yaml, in the repository's own file, or nowhere. */
  readonly origin: 'explicit' | 'repository' | 'discovered'
  /** Its name inside its repository, which that repository's ignore rules match. */
  readonly localName: string
}

/** The stacks of one repository at one commit, in the order of their names. */
export interface ResolvedRepository {
  readonly stacks: readonly ResolvedStack[]
  readonly ignore: readonly IgnoreEntry[]
  /** What is wrong in the repository's own file or with what was found; stacks without problem are there all the same. */
  readonly problems: readonly ConfigProblem[]
}

/** What stacks are resolved from. */
export interface ResolveRequest {
  readonly loaded: LoadedConfig
  readonly repository: RepositoryConfig
  /** Null: only explicit stacks are wanted. */
  readonly tree: Tree | null
  readonly providers: readonly Provider[]
}

/**
 * All stacks of a repository: explicit ones, those of its own .driftd.yaml, and those found by `discover`. The earlier
 * wins where two have one name, or where one was found in the other's place. Never throws for what a repository holds.
 */
export async function resolveStacks(request: ResolveRequest): Promise<ResolvedRepository> {
  const own = await readOwnFile(request)
  const explicit = request.repository.stacks.map((entry) => resolve(request, entry, own.file, 'explicit'))
  const declared = (own.file?.stacks ?? []).map((entry) => resolve(request, entry, own.file, 'repository'))
  const untrusted = declared.filter((one) => isUntrusted(request, one))
  const found = await discover(request, own.file)
  const trusted = declared.filter((one) => !untrusted.includes(one))
  const stacks = keepFirst(request, [...explicit, ...trusted, ...found.stacks])
  const sorted = stacks.toSorted((a, b) => (a.stack.name < b.stack.name ? -1 : 1))
  const problems = [...own.problems, ...untrusted.map((one) => leftOut(request, one)), ...found.problems]
  return deepFreeze({ stacks: sorted, ignore: own.file?.ignore ?? [], problems })
}

async function readOwnFile(
  request: ResolveRequest,
): Promise<{ readonly file: RepositoryFile | null; readonly problems: readonly ConfigProblem[] }> {
  const { tree, repository, loaded, providers } = request
  if (!tree?.files.includes(REPOSITORY_FILE_NAME)) return { file: null, problems: [] }
  const file = `${repository.name}:${REPOSITORY_FILE_NAME}`
  const text = await tree.readText(REPOSITORY_FILE_NAME)
  if (text === null) {
    const problem = { file, line: 1, column: 1, path: '', message: 'cannot be read as UTF-8 text' }
    return { file: null, problems: [problem] }
  }
  const rules = { providers, reservedLabels: reservedLabels(loaded.config) }
  const result = parseRepositoryFile(file, text, rules)
  return result.ok ? { file: result.file, problems: [] } : { file: null, problems: result.problems }
}

/** An engine that runs as driftd itself can read the keys that requests are made with: no committer may ask for one. */
function isUntrusted({ loaded, repository }: ResolveRequest, { settings }: ResolvedStack): boolean {
  return loaded.config.remediation.enabled && !repository.trustCommitters && settings.runAs === null
}

function leftOut({ loaded, repository }: ResolveRequest, { stack }: ResolvedStack): ConfigProblem {
  const index = loaded.config.repositories.indexOf(repository)
  const message = `has the stack "${stack.name}" in its ${REPOSITORY_FILE_NAME}, which would run as driftd itself while remediation is on: it is left out; set defaults.runAs, or trustCommitters: true`
  return loaded.problemAt(['repositories', index, 'name'], message)
}

async function discover(
  request: ResolveRequest,
  own: RepositoryFile | null,
): Promise<{ readonly stacks: readonly ResolvedStack[]; readonly problems: readonly ConfigProblem[] }> {
  const { tree, repository } = request
  const stacks: ResolvedStack[] = []
  const problems: ConfigProblem[] = []
  if (tree === null || repository.discover.length === 0) return { stacks, problems }
  const isWanted = compilePathGlobs(repository.discover)
  for (const provider of request.providers) {
    for (const { path, options } of await provider.discover(tree)) {
      const place = placeOf(provider, path, options)
      if (!isWanted(place)) continue
      const problem = stackNameProblem(fullName(request, place))
      const parsed = optionsSchema(provider).safeParse(options)
      if (problem === null && parsed.success) {
        const entry = { name: place, provider: provider.name, path, settings: {}, options: parsed.data }
        stacks.push(resolve(request, entry, own, 'discovered'))
      } else problems.push(cannotBeStack(request, place, problem ?? 'has options its provider refuses'))
    }
  }
  return { stacks, problems }
}

function cannotBeStack(request: ResolveRequest, place: string, problem: string): ConfigProblem {
  const { loaded, repository } = request
  const index = loaded.config.repositories.indexOf(repository)
  const message = `${JSON.stringify(place)} was found, but its name ${problem}: exclude it by "!${place}", or give it a name under stacks`
  return loaded.problemAt(['repositories', index, 'discover'], message)
}

function resolve(
  request: ResolveRequest,
  entry: StackEntry,
  own: RepositoryFile | null,
  origin: ResolvedStack['origin'],
): ResolvedStack {
  const { defaults } = request.loaded.config
  const set = mergeSettings(mergeSettings({ labels: own?.labels }, defaults), entry.settings)
  // the daemon's configuration wins: what it sets for all, a repository cannot unset for its own stacks
  const { labels, env } = origin === 'repository' ? mergeSettings(set, pick(defaults)) : set
  const stack: Stack = {
    name: origin === 'explicit' ? entry.name : fullName(request, entry.name),
    provider: entry.provider,
    repository: request.repository.name,
    path: entry.path,
    labels: labels ?? {},
    timeoutMs: set.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    minCoverage: set.minCoverage ?? DEFAULT_MIN_COVERAGE,
    options: entry.options,
  }
  const localName = entry.name === '.' ? request.repository.name : entry.name
  return { stack, settings: completeSettings({ ...set, env }), origin, localName }
}

function pick({ labels, env }: LoadedConfig['config']['defaults']) {
  return { labels, env }
}

/** What a repository names itself has the repository's name in front where there are several; its root is named by it. */
function fullName({ loaded, repository }: ResolveRequest, localName: string): string {
  if (localName === '.') return repository.name
  return loaded.config.repositories.length > 1 ? `${repository.name}/${localName}` : localName
}

/**
 * The name that a stack has inside its repository, which that repository's ignore rules match: known from the name alone,
 * since what a repository names itself has the repository's name in front, and what driftd.yaml names has not.
 */
export function localStackName(
  { config }: Pick<LoadedConfig, 'config'>,
  { name, stacks }: RepositoryConfig,
  stackName: string,
): string {
  const prefix = `${name}/`
  const isExplicit = stacks.some((entry) => entry.name === stackName)
  const hasPrefix = config.repositories.length > 1 && stackName.startsWith(prefix)
  return hasPrefix && !isExplicit ? stackName.slice(prefix.length) : stackName
}

function keepFirst(request: ResolveRequest, stacks: readonly ResolvedStack[]): readonly ResolvedStack[] {
  const names = new Set<string>()
  const places = new Set<string>()
  return stacks.filter(({ stack, origin }) => {
    const provider = request.providers.find(({ name }) => name === stack.provider)
    const options = stack.options as Readonly<Record<string, unknown>>
    const place = `${stack.provider} ${placeOf(provider, stack.path, options)}`
    if (names.has(stack.name) || (origin === 'discovered' && places.has(place))) return false
    names.add(stack.name)
    places.add(place)
    return true
  })
}

function placeOf(
  provider: Provider | undefined,
  path: string,
  options: Readonly<Record<string, unknown>>,
): string {
  return provider?.entryOf?.(path, options) ?? path
}
