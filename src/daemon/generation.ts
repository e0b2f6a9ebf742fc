import type { AlertDispatcher } from '../alert/alert-dispatcher.js'
import type { ReportRepository } from '../alert/report-repositories.js'
import { toDriftError } from '../domain/errors.js'
import type { RepositoryObservation } from '../domain/repository-state.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import type { Remediator } from '../remediate/remediator.js'
import type { ScanTools } from '../scan/scan-job.js'
import type { Scheduler } from '../schedule/scheduler.js'
import type { SchedulerLimits } from '../schedule/scheduler-parts.js'
import { type BorrowedJob, Fleet, type FleetParts, type FleetRepository } from './fleet.js'
import { type FollowedSource, followRepository, type RepositoryFollower } from './follow-repository.js'

/** What one configuration asks for; made anew at each reload. */
export interface Setup<Opened extends FleetRepository> extends FleetParts<Opened> {
  readonly sources: readonly FollowedSource<Opened>[]
  readonly tools: ScanTools
  readonly limits: SchedulerLimits
  /** Null where nobody is told anything. */
  readonly dispatcher: AlertDispatcher | null
  /** Hands in what people are to be told of a repository; null where nobody is told anything. */
  readonly reportRepository: ReportRepository | null
  /** Null where remediation is switched off. */
  readonly remediator: Remediator | null
}

/** What a generation works with; it stays when the configuration changes. */
export interface GenerationParts {
  readonly clock: Clock & Timer
  readonly log: Logger
  readonly scheduler: Pick<Scheduler, 'replaceStacks' | 'replaceLimits' | 'ask'>
}

/** What runs under one configuration, until the next one takes its place. */
export class Generation<Opened extends FleetRepository> {
  readonly #setup: Setup<Opened>
  readonly #parts: GenerationParts
  readonly #fleet: Fleet<Opened>
  readonly #followers: readonly RepositoryFollower[]
  readonly #unreachable = new Set<string>()
  #toldProblems: readonly string[] = []

  constructor(setup: Setup<Opened>, parts: GenerationParts) {
    const { clock, log, scheduler } = parts
    this.#setup = setup
    this.#parts = parts
    this.#fleet = new Fleet(setup)
    this.#followers = setup.sources.map((source) =>
      followRepository({
        source,
        fleet: this.#fleet,
        clock,
        log,
        onStacks: () => this.#takeStacks(),
        onTouched: (stacks) => scheduler.ask(stacks, 'commit'),
        onObservation: (repository, observation) => this.#onObservation(repository, observation),
      }),
    )
  }

  get tools(): ScanTools {
    return this.#setup.tools
  }

  /** Which remotes answered when they were asked last; one that was not asked yet counts as reachable. */
  get reachability(): readonly { readonly name: string; readonly isReachable: boolean }[] {
    return this.#setup.sources.map(({ name }) => ({ name, isReachable: !this.#unreachable.has(name) }))
  }

  /** Reads what was known of the stacks before. Throws the errors of the store; then it must not be started. */
  recall(): Promise<void> {
    return this.#fleet.recall()
  }

  start(): void {
    this.#parts.scheduler.replaceLimits(this.#setup.limits)
    this.#takeStacks()
    for (const follower of this.#followers) follower.start()
    this.#setup.dispatcher?.start()
    this.#setup.remediator?.start()
  }

  /** A stack to be scanned, or null. Throws what the signal was aborted with. */
  borrow(stack: string, signal: AbortSignal): Promise<BorrowedJob | null> {
    return this.#fleet.borrow(stack, signal)
  }

  /** Asks every remote soon, whenever it was asked last. */
  pollNow(): void {
    for (const follower of this.#followers) follower.pollNow()
  }

  /** A scan was stored: somebody may have to be told, or something to be done. */
  nudge(repository: string | null): void {
    this.#setup.dispatcher?.nudge()
    if (repository !== null) this.#setup.remediator?.nudge(repository)
  }

  /** Asks no remote any more. */
  async stopFollowing(): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.stop()))
  }

  /** Begins nothing new to carry out, and ends what is being carried out (`Remediator.stop`). */
  async stopRemediator(graceMs: number | null): Promise<void> {
    await this.#setup.remediator?.stop(graceMs)
  }

  /** Ends everything; the files of scans that run stay until they end. `graceMs` as in `stopRemediator`. */
  async stop(graceMs: number | null): Promise<void> {
    await this.stopFollowing()
    await Promise.all([this.#setup.dispatcher?.stop(), this.stopRemediator(graceMs)])
    await this.#fleet.close()
  }

  #takeStacks(): void {
    this.#parts.scheduler.replaceStacks(this.#fleet.scheduled())
    const problems = this.#fleet.problems()
    for (const problem of problems)
      if (!this.#toldProblems.includes(problem)) this.#parts.log.warn('a stack is left out', { problem })
    this.#toldProblems = problems
  }

  #onObservation(repository: string, observation: RepositoryObservation): void {
    if (observation.status === 'unreachable') this.#unreachable.add(repository)
    else this.#unreachable.delete(repository)
    this.#report(repository, observation)
    if (observation.status !== 'unchanged') this.nudge(repository)
  }

  #report(repository: string, observation: RepositoryObservation): void {
    const { reportRepository, dispatcher } = this.#setup
    reportRepository?.(repository, observation).then(
      () => dispatcher?.nudge(),
      (error: unknown) =>
        this.#parts.log.error('what a repository is like could not be handed on', {
          repository,
          error: toDriftError(error),
        }),
    )
  }
}
