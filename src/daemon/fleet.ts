import { jobsOf, type MaybeOpened, openSource, type RepositoryJob } from '../scan/open-source.js'
import type {
  ConfiguredStack,
  JoinedStacks,
  OpenedRepository,
  RepositorySource,
} from '../scan/repository-source.js'
import type { ScheduledStack } from '../schedule/scheduled-stack.js'

/** A repository as the daemon keeps it open. */
export interface FleetRepository extends OpenedRepository {
  /** Null where it is scanned in place. */
  readonly commit: string | null
  readonly stacks: readonly FleetStack[]
}

/** A stack, and when it is due. */
export interface FleetStack extends ConfiguredStack {
  readonly scheduled: ScheduledStack
}

/** A stack to be scanned, whose files stay until it is given back. */
export interface BorrowedJob {
  readonly job: RepositoryJob
  giveBack(): Promise<void>
}

/** What a fleet is made of. */
export interface FleetParts<Opened extends FleetRepository> {
  readonly sources: readonly RepositorySource<Opened>[]
  /** The stacks of all opened repositories that may stand together. */
  join(opened: readonly Opened[], isComplete: boolean): JoinedStacks
}

/**
 * The repositories of one configuration, each open at the commit that its stacks are compared with. A repository that
 * was opened anew leaves its former files to the scans that use them.
 */
export class Fleet<Opened extends FleetRepository> {
  readonly #parts: FleetParts<Opened>
  readonly #held = new Map<string, HeldRepository<Opened>>()
  /** By name of the repository: what is known of its stacks before it was tried to be opened. */
  readonly #untried = new Map<string, Opened['stacks']>()
  /** Those who wait for the next attempt to open a repository. */
  readonly #waiting = new Set<() => void>()
  #jobs: ReadonlyMap<string, FleetJob<Opened>> = new Map()
  #problems: readonly string[] = []

  constructor(parts: FleetParts<Opened>) {
    this.#parts = parts
  }

  /** Reads what is known of every repository without opening it. Throws the errors of the store. */
  async recall(): Promise<void> {
    for (const source of this.#parts.sources) this.#untried.set(source.name, await source.lastKnown())
  }

  /**
   * Opens a repository at its newest commit. One that cannot be opened stays as it was; where it was not open, its
   * scans fail with the reason. Never throws for what Git does.
   */
  async open(source: RepositorySource<Opened>, signal: AbortSignal): Promise<MaybeOpened<Opened>> {
    const found = await openSource(source, signal)
    if (found.failure !== null && this.opened(source.name) !== null) return found
    const former = this.#held.get(source.name)
    this.#held.set(source.name, new HeldRepository(found))
    this.#untried.delete(source.name)
    this.#join()
    for (const wake of [...this.#waiting]) wake()
    await former?.retire()
    return found
  }

  /** A repository that is open, or null. */
  opened(name: string): Opened | null {
    const found = this.#held.get(name)?.found
    return found !== undefined && found.failure === null ? found.repository : null
  }

  /** False before the first attempt to open a repository has ended. */
  isTried(name: string): boolean {
    return this.#held.has(name)
  }

  /** Every stack there is. Those of a repository that was not tried yet are scanned when somebody asks, and not by themselves. */
  scheduled(): readonly ScheduledStack[] {
    const known = [...this.#jobs.values()].map(({ scheduled }) => scheduled)
    const names = new Set(known.map(({ name }) => name))
    const untried = [...this.#untried.values()].flat().filter(({ stack }) => !names.has(stack.name))
    return [...known, ...untried.map(({ scheduled }) => ({ ...scheduled, isPaused: true }))]
  }

  /** What is wrong with the stacks, in words. */
  problems(): readonly string[] {
    return this.#problems
  }

  /**
   * A stack to be scanned; null where there is none of that name. Waits for the first attempt to open its repository;
   * throws what the signal was aborted with.
   */
  async borrow(stack: string, signal: AbortSignal): Promise<BorrowedJob | null> {
    while (this.#isUntried(stack)) await this.#nextAttempt(signal)
    const found = this.#jobs.get(stack)
    if (found === undefined) return null
    found.held.users += 1
    let isGivenBack = false
    return {
      job: found.job,
      async giveBack() {
        if (isGivenBack) return
        isGivenBack = true
        await found.held.giveBack()
      },
    }
  }

  /** Lets go of all repositories; the files of scans that run stay until they end. */
  async close(): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => held.retire()))
  }

  #isUntried(stack: string): boolean {
    const isThere = (known: FleetStack): boolean => known.stack.name === stack
    return !this.#jobs.has(stack) && [...this.#untried.values()].some((stacks) => stacks.some(isThere))
  }

  #nextAttempt(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(end)
        signal.removeEventListener('abort', end)
        if (signal.aborted) reject(signal.reason)
        else resolve()
      }
      this.#waiting.add(end)
      signal.addEventListener('abort', end)
    })
  }

  #join(): void {
    const held = [...this.#held.values()]
    const opened = held.flatMap(({ found }) => (found.failure === null ? [found.repository] : []))
    const joined = this.#parts.join(opened, opened.length === this.#parts.sources.length)
    const kept = new Set(joined.stacks)
    this.#problems = joined.problems
    this.#jobs = new Map(held.flatMap((one) => one.jobs(kept)))
  }
}

interface FleetJob<Opened extends FleetRepository> {
  readonly held: HeldRepository<Opened>
  readonly job: RepositoryJob
  readonly scheduled: ScheduledStack
}

/** A repository, opened or not, and how many scans use it. */
class HeldRepository<Opened extends FleetRepository> {
  users = 0
  #isRetired = false

  constructor(readonly found: MaybeOpened<Opened>) {}

  /** By the name of their stacks. */
  jobs(kept: ReadonlySet<unknown>): readonly (readonly [string, FleetJob<Opened>])[] {
    const stacks: Opened['stacks'] =
      this.found.failure === null ? this.found.repository.stacks : this.found.stacks
    const scheduled = new Map(stacks.map((stack) => [stack.stack.name, stack.scheduled]))
    return jobsOf(this.found).flatMap((job) => {
      const due = scheduled.get(job.stack.name)
      if (due === undefined || !(job.isUnread || kept.has(job.stack))) return []
      return [[job.stack.name, { held: this, job, scheduled: due }] as const]
    })
  }

  async giveBack(): Promise<void> {
    this.users -= 1
    await this.#releaseUnused()
  }

  async retire(): Promise<void> {
    this.#isRetired = true
    await this.#releaseUnused()
  }

  async #releaseUnused(): Promise<void> {
    if (this.#isRetired && this.users === 0 && this.found.failure === null)
      await this.found.repository.release()
  }
}
