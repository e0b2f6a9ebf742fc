import { formatProblem } from '../config/config-problem.js'
import { describeIgnoreEntry, ignoreRulesFor } from '../config/ignore-rules.js'
import { joinRepositories } from '../config/join-repositories.js'
import type { LoadedConfig } from '../config/load-config.js'
import { completeSettings, type StackSettings } from '../config/merge-settings.js'
import { resolveSetting } from '../config/resolve-setting.js'
import { type ResolvedRepository, type ResolvedStack, resolveStacks } from '../config/resolve-stacks.js'
import type { RepositoryConfig } from '../config/schema.js'
import type { IgnoreEntry } from '../config/sections/ignore.js'
import { OWNER_LABEL, readStackOwners } from '../config/stack-owners.js'
import type { ScanWarning } from '../domain/scan.js'
import type { Stack } from '../domain/stack.js'
import type { EngineAccounts } from '../engine-host/engine-accounts.js'
import type { History } from '../git/history.js'
import { openNewestOrLast } from '../git/open-newest-or-last.js'
import { pathInCheckout } from '../git/path-in-checkout.js'
import type { OpenCheckout } from '../git/repository.js'
import { treeOf } from '../git/tree-of.js'
import { systemClock } from '../lib/clock.js'
import { codeDigest } from '../scan/code-digest.js'
import { buildStackEnvironment, type Variables } from '../scan/environment.js'
import type { Checkout, Provider, Tree } from '../scan/provider.js'
import type {
  ConfiguredStack,
  JoinedStacks,
  OpenedRepository,
  RepositorySource,
} from '../scan/repository-source.js'
import type { EngineEnvironment, Following } from '../scan/scan-job.js'
import { longestIntervalMs } from '../schedule/interval.js'
import type { ScheduledStack } from '../schedule/scheduled-stack.js'
import type { DriftStore } from '../store/drift-store.js'
import type { KnownStack, Store } from '../store/store.js'
import { openAccountCheckouts } from './account-checkouts.js'
import { openConfiguredRepository } from './open-configured-repository.js'

/** How many intervals of its schedule a stack's last good scan may be old (product.md, maxAge). */
const MAX_AGE_INTERVALS = 3

/** What a tracked repository is made of. */
export interface TrackedRepositoryParts {
  readonly loaded: LoadedConfig
  readonly repository: RepositoryConfig
  readonly providers: readonly Provider[]
  readonly store: Store
  readonly drift: Pick<DriftStore, 'saveIgnoreRules'>
  /** Where mirrors and worktrees are kept. */
  readonly dataFolder: string
  readonly env: Variables
  /** Runs the engines of stacks that have `runAs`. */
  readonly accounts: Pick<EngineAccounts, 'providerAs' | 'checkoutFolder'>
}

/** A stack, and when it is due. */
export interface TrackedStack extends ConfiguredStack {
  readonly scheduled: ScheduledStack
  /** The engine's environment with `applyEnv`: only for carrying out what was approved. */
  applyEnvironment(): Promise<EngineEnvironment>
}

/** An opened repository, with what was resolved from its files. */
export interface TrackedRepository extends OpenedRepository {
  readonly stacks: readonly TrackedStack[]
  readonly resolved: ResolvedRepository
  /** Null where it is scanned in place. */
  readonly commit: string | null
  readonly history: History | null
  readonly tree: Tree
}

/** A repository of driftd.yaml as scans see it: Git below, configuration beside, the store for what was there before. */
export function createTrackedRepository(parts: TrackedRepositoryParts): RepositorySource<TrackedRepository> {
  const { repository, store } = parts
  return {
    name: repository.name,
    open: (signal) => open(parts, signal),
    async lastKnown() {
      const explicit = await explicitStacks(parts)
      const names = new Set(explicit.map(({ stack }) => stack.name))
      const known = await store.knownStacks([repository.name])
      const others = known.filter(({ name }) => !names.has(name))
      return [
        ...explicit.map((resolved) => configure(parts, resolved)),
        ...others.flatMap((stack) => withoutFiles(stack, parts)),
      ]
    },
  }
}

/** The stacks that driftd.yaml names itself, with their maximum age: known without any file of the repository. */
export async function explicitKnownStacks(
  parts: Omit<TrackedRepositoryParts, 'store' | 'drift' | 'dataFolder' | 'env' | 'accounts'>,
): Promise<readonly KnownStack[]> {
  return toKnownStacks(parts.repository.name, await explicitStacks(parts))
}

async function open(parts: TrackedRepositoryParts, signal: AbortSignal): Promise<TrackedRepository> {
  const git = await openConfiguredRepository(parts)
  const { checkout, notices } = await openNewestOrLast(git, signal)
  try {
    const tree = await treeOf(checkout.root)
    const resolved = await resolveStacks({ ...parts, tree })
    await remember(parts, resolved, tree)
    const { checkoutFolder } = parts.accounts
    const checkouts = openAccountCheckouts({ git, own: checkout, signal, checkoutFolder })
    const accounts = new Map(resolved.stacks.map(({ stack, settings }) => [stack.name, settings.runAs]))
    return {
      name: parts.repository.name,
      stacks: resolved.stacks.map((stack) =>
        configure(parts, stack, { notices, tree, ignore: resolved.ignore }),
      ),
      checkoutOf: async (stack) => checkoutOf(await checkouts.of(accounts.get(stack.name) ?? null), stack),
      resolved,
      commit: checkout.commit,
      history: git.history,
      tree,
      release: () => checkouts.release(),
    }
  } catch (error) {
    await checkout.release()
    throw error
  }
}

/** What `status` and `ignore --list` show without asking Git. */
async function remember(
  { repository: { name }, store, drift, providers }: TrackedRepositoryParts,
  { stacks, ignore }: ResolvedRepository,
  tree: Tree,
): Promise<void> {
  const owners = await readStackOwners(stacks, tree, providers)
  const known = toKnownStacks(name, stacks).map((stack) => withOwner(stack, owners.get(stack.name)))
  await store.saveKnownStacks(name, known)
  const rules = ignore.map((entry) => {
    const { reason, owner, until } = entry
    return { ...describeIgnoreEntry(entry), reason, owner, until }
  })
  await drift.saveIgnoreRules(name, rules, systemClock.now().toISOString())
}

/** For alerts only: whoever can commit could else lift a limit or a freeze that goes by the label. */
function withOwner(stack: KnownStack, owner: string | undefined): KnownStack {
  return owner === undefined ? stack : { ...stack, labels: { ...stack.labels, [OWNER_LABEL]: owner } }
}

async function checkoutOf(checkout: OpenCheckout, stack: Stack): Promise<Checkout> {
  await pathInCheckout(checkout.root, stack.path, checkout.removedLinks)
  const { root, commit, mode } = checkout
  return { root, commit, mode }
}

async function explicitStacks(
  parts: Pick<TrackedRepositoryParts, 'loaded' | 'repository' | 'providers'>,
): Promise<readonly ResolvedStack[]> {
  return (await resolveStacks({ ...parts, tree: null })).stacks
}

/** What the files of a repository say beside its stacks. */
interface RepositoryFiles {
  readonly notices: readonly ScanWarning[]
  /** Null where the files are not at hand. */
  readonly tree: Tree | null
  readonly ignore: readonly IgnoreEntry[]
}

const NO_FILES: RepositoryFiles = { notices: [], tree: null, ignore: [] }

function configure(
  parts: TrackedRepositoryParts,
  resolved: ResolvedStack,
  files: RepositoryFiles = NO_FILES,
): TrackedStack {
  const { stack } = resolved
  const provider = parts.providers.find(({ name }) => name === stack.provider)
  if (provider === undefined) throw new Error(`the schema let the provider ${stack.provider} pass`)
  const { runAs } = resolved.settings
  return {
    stack,
    provider: runAs === null ? provider : parts.accounts.providerAs(provider, runAs),
    scheduled: toScheduled(stack, resolved.settings),
    following: followingOf(provider, resolved, files),
    applyEnvironment: () => engineEnvironment(parts, resolved, resolved.settings.applyEnv),
    async engineEnvironment() {
      const built = await engineEnvironment(parts, resolved)
      return { ...built, warnings: [...files.notices, ...built.warnings] }
    },
  }
}

function followingOf(
  provider: Provider,
  { stack, settings, localName }: ResolvedStack,
  { tree, ignore }: RepositoryFiles,
): Following {
  const { confirm, firstScan } = settings
  return {
    confirm,
    firstScan,
    rules: ignoreRulesFor(ignore, localName),
    codeDigest: async (key) => (tree === null ? null : codeDigest({ provider, stack, tree, key })),
  }
}

function toScheduled({ name, labels }: Stack, settings: StackSettings): ScheduledStack {
  const { schedule: expression, timezone, only, pause } = settings
  return { name, labels, schedule: { expression, timezone }, only, isPaused: pause }
}

/** A stack that was once discovered, in a repository that cannot be opened now: enough to say that it failed. */
function withoutFiles(
  { name, provider: providerName, repository, labels }: KnownStack,
  { providers, loaded }: Pick<TrackedRepositoryParts, 'providers' | 'loaded'>,
): readonly TrackedStack[] {
  const provider = providers.find((candidate) => candidate.name === providerName)
  if (provider === undefined) return []
  const stack = {
    name,
    provider: providerName,
    repository,
    path: '.',
    labels,
    timeoutMs: 0,
    minCoverage: 0,
    options: {},
  }
  const following: Following = { confirm: 1, firstScan: 'alert', rules: [], codeDigest: async () => null }
  const nothing = async () => ({ env: {}, secrets: [], warnings: [] })
  const environments = { engineEnvironment: nothing, applyEnvironment: nothing }
  const scheduled = toScheduled(stack, completeSettings(loaded.config.defaults))
  return [{ stack, provider, scheduled, following, ...environments }]
}

async function engineEnvironment(
  { loaded, env: caller }: TrackedRepositoryParts,
  { stack, settings }: ResolvedStack,
  more: ResolvedStack['settings']['applyEnv'] = {},
): Promise<EngineEnvironment> {
  const values = await Promise.all(
    Object.entries({ ...settings.env, ...more }).map(
      async ([name, setting]) => [name, await resolveSetting(setting, loaded.folder, caller)] as const,
    ),
  )
  const built = buildStackEnvironment({
    caller,
    inheritEnv: settings.inheritEnv,
    stackEnv: Object.fromEntries(values.map(([name, { value }]) => [name, value])),
    isOtherAccount: settings.runAs !== null,
    isWorkspaceNamed: (stack.options as { readonly workspace?: unknown }).workspace !== undefined,
  })
  return { ...built, secrets: values.flatMap(([, { value, isSecret }]) => (isSecret ? [value] : [])) }
}

/** The stacks of all repositories that may stand together, and what is wrong with them or between them. */
export function joinTracked(
  loaded: LoadedConfig,
  opened: readonly TrackedRepository[],
  isComplete: boolean,
): JoinedStacks {
  const { stacks, problems } = joinRepositories(
    loaded,
    opened.map(({ resolved }) => resolved),
    isComplete,
  )
  return { stacks: stacks.map(({ stack }) => stack), problems: problems.map(formatProblem) }
}

/** Most stacks share the default schedule, and asking a schedule for its next runs takes 10 ms. */
function toKnownStacks(repository: string, resolved: readonly ResolvedStack[]): readonly KnownStack[] {
  const intervals = new Map<string, number>()
  const intervalOf = (schedule: string, timezone: string): number => {
    const key = `${schedule} ${timezone}`
    const interval = intervals.get(key) ?? longestIntervalMs(schedule, timezone)
    intervals.set(key, interval)
    return interval
  }
  return resolved.map(({ stack, settings: { schedule, timezone, maxAgeMs } }) => ({
    name: stack.name,
    provider: stack.provider,
    repository,
    labels: stack.labels,
    maxAgeMs: maxAgeMs ?? MAX_AGE_INTERVALS * intervalOf(schedule, timezone),
  }))
}
