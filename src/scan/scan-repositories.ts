import { DriftError, toDriftError } from '../domain/errors.js'
import type { Scan } from '../domain/scan.js'
import type { Stack } from '../domain/stack.js'
import { compileTextGlob } from '../lib/text-glob.js'
import type { Checkout, Provider } from './provider.js'
import { type EngineEnvironment, type ScanTools, scanStack } from './scan-stack.js'

/** A stack as configured, with what its scan needs beside it. */
export interface ConfiguredStack {
  readonly stack: Stack
  readonly provider: Provider
  engineEnvironment(): Promise<EngineEnvironment>
}

/** A repository at one commit, with the stacks that it has there. */
export interface OpenedRepository {
  readonly name: string
  readonly stacks: readonly ConfiguredStack[]
  /** The files, once it is sure that the stack's path is inside. Throws PATH_OUTSIDE_CHECKOUT, NOT_A_DIRECTORY. */
  checkoutOf(stack: Stack): Promise<Checkout>
  /** What is wrong with it beside the stacks that are there. */
  readonly problems: readonly string[]
  release(): Promise<void>
}

/** Where stacks come from. */
export interface RepositorySource {
  readonly name: string
  /** Throws the errors of a checkout. */
  open(signal: AbortSignal): Promise<OpenedRepository>
  /** The stacks that it is known to have when it cannot be opened. */
  lastKnown(): Promise<readonly ConfiguredStack[]>
}

/** Which stacks are wanted; empty: all. */
export interface ScanSelection {
  readonly patterns: readonly string[]
  readonly signal: AbortSignal
}

/** What came of scanning several repositories. */
export interface ScanOutcome {
  /** Sorted by stack. A stack whose repository could not be opened is there as `failed`. */
  readonly scans: readonly Scan[]
  /** What no scan tells: repositories of which not even the stacks are known, entries that are no stacks. */
  readonly problems: readonly DriftError[]
}

/**
 * Scans the wanted stacks of all repositories, as many at once as the machine bears; one stack's or repository's
 * failure never stops the others. Throws STACK_UNKNOWN where a pattern matches nothing.
 */
export async function scanRepositories(
  sources: readonly RepositorySource[],
  selection: ScanSelection,
  tools: ScanTools,
): Promise<ScanOutcome> {
  const opened = await Promise.all(sources.map((source) => openSource(source, selection.signal)))
  try {
    const wanted = select(opened, selection.patterns)
    const scans = await Promise.all(
      wanted.map(({ configured, repository }) =>
        scanStack(
          {
            ...configured,
            openCheckout: () => repository.checkoutOf(configured.stack),
            signal: selection.signal,
          },
          tools,
        ),
      ),
    )
    return {
      scans: scans.toSorted((a, b) => (a.stack < b.stack ? -1 : 1)),
      problems: selection.patterns.length === 0 ? opened.flatMap(problemsOf) : [],
    }
  } finally {
    await Promise.all(opened.map((repository) => repository.release()))
  }
}

/** An opened repository, or one whose every checkout fails with the same error. */
type MaybeOpened = OpenedRepository & { readonly failure: DriftError | null }

async function openSource(source: RepositorySource, signal: AbortSignal): Promise<MaybeOpened> {
  try {
    return { ...(await source.open(signal)), failure: null }
  } catch (error) {
    const failure = toDriftError(error)
    const checkoutOf = async (): Promise<never> => {
      throw failure
    }
    return {
      name: source.name,
      stacks: await source.lastKnown(),
      checkoutOf,
      problems: [],
      release: async () => undefined,
      failure,
    }
  }
}

/** A repository without any stack is a problem too: a scan of nothing would look like a scan without drift. */
function problemsOf(repository: MaybeOpened): readonly DriftError[] {
  const none = new DriftError(
    'NO_STACKS',
    `repository ${repository.name} has no stacks: name them under stacks, or correct the globs of discover`,
  )
  const unseen = repository.stacks.length === 0 ? [repository.failure ?? none] : []
  return [...unseen, ...repository.problems.map((message) => new DriftError('CONFIG_INVALID', message))]
}

interface Wanted {
  readonly configured: ConfiguredStack
  readonly repository: MaybeOpened
}

function select(repositories: readonly MaybeOpened[], patterns: readonly string[]): readonly Wanted[] {
  const all = repositories.flatMap((repository) =>
    repository.stacks.map((configured) => ({ configured, repository })),
  )
  if (patterns.length === 0) return all
  const tests = patterns.map((pattern) => ({ pattern, matches: compileTextGlob(pattern) }))
  const unmatched = tests.find(({ matches }) => !all.some(({ configured }) => matches(configured.stack.name)))
  if (unmatched !== undefined) throw unknownStack(unmatched.pattern, repositories)
  return all.filter(({ configured }) => tests.some(({ matches }) => matches(configured.stack.name)))
}

function unknownStack(pattern: string, repositories: readonly MaybeOpened[]): DriftError {
  const failure = repositories.find((repository) => repository.failure !== null)?.failure ?? null
  const hint = failure === null ? '`driftd status` lists the names' : `not all are known: ${failure.message}`
  return new DriftError('STACK_UNKNOWN', `no stack matches "${pattern}"; ${hint}`)
}
