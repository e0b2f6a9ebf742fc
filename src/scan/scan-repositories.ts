import { DriftError } from '../domain/errors.js'
import type { Scan } from '../domain/scan.js'
import { jobsOf, type MaybeOpened, openSource, type RepositoryJob } from './open-source.js'
import type { JoinedStacks, OpenedRepository, RepositorySource } from './repository-source.js'
import type { ScanTools } from './scan-job.js'
import { scanStack } from './scan-stack.js'
import { selectNames } from './select-names.js'

/** Which stacks are wanted, and which may be scanned side by side. */
export interface ScanSelection<Opened extends OpenedRepository> {
  /** Names or globs; empty: all. */
  readonly patterns: readonly string[]
  readonly signal: AbortSignal
  /** The stacks of all opened repositories that may stand together, and what is wrong with them or between them. */
  join(opened: readonly Opened[], isComplete: boolean): JoinedStacks
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
export async function scanRepositories<Opened extends OpenedRepository>(
  sources: readonly RepositorySource<Opened>[],
  selection: ScanSelection<Opened>,
  tools: ScanTools,
): Promise<ScanOutcome> {
  const opened = await Promise.all(sources.map((source) => openSource(source, selection.signal)))
  const repositories = opened.flatMap((one) => (one.failure === null ? [one.repository] : []))
  try {
    const joined = selection.join(repositories, repositories.length === sources.length)
    const wanted = select(opened, joined, selection.patterns)
    const scans = await Promise.all(
      wanted.map((job) => scanStack({ ...job, signal: selection.signal }, tools)),
    )
    return {
      scans: scans.toSorted((a, b) => (a.stack < b.stack ? -1 : 1)),
      problems: selection.patterns.length === 0 ? problemsOf(opened, joined) : [],
    }
  } finally {
    await Promise.all(repositories.map((repository) => repository.release()))
  }
}

/** A repository without any stack is a problem too: a scan of nothing would look like a scan without drift. */
function problemsOf(
  opened: readonly MaybeOpened<OpenedRepository>[],
  joined: JoinedStacks,
): readonly DriftError[] {
  const empty = opened.flatMap((one): readonly DriftError[] => {
    if (one.failure !== null) return one.stacks.length === 0 ? [one.failure] : []
    return one.repository.stacks.length === 0 ? [noStacks(one.repository.name)] : []
  })
  return [...empty, ...joined.problems.map((message) => new DriftError('CONFIG_INVALID', message))]
}

function noStacks(name: string): DriftError {
  const message = `repository ${name} has no stacks: name them under stacks, or correct the globs of discover`
  return new DriftError('NO_STACKS', message)
}

function select(
  opened: readonly MaybeOpened<OpenedRepository>[],
  joined: JoinedStacks,
  patterns: readonly string[],
): readonly RepositoryJob[] {
  const kept = new Set(joined.stacks)
  const all = opened.flatMap(jobsOf).filter((job) => job.isUnread || kept.has(job.stack))
  const failure = opened.find((one) => one.failure !== null)?.failure ?? null
  const hint = failure === null ? undefined : `not all are known: ${failure.message}`
  const names = all.map(({ stack }) => stack.name)
  const wanted = new Set(selectNames(names, patterns, hint))
  return all.filter(({ stack }) => wanted.has(stack.name))
}
