import { type DriftError, toDriftError } from '../domain/errors.js'
import type { RepositoryObservation } from '../domain/repository-state.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import type { RepositorySource } from '../scan/repository-source.js'
import type { Fleet, FleetRepository } from './fleet.js'

/** A repository of the configuration: how it is opened, watched, and what its commits touch. */
export interface FollowedSource<Opened extends FleetRepository> extends RepositorySource<Opened> {
  readonly pollEveryMs: number
  /** Looks at its remote again and again; what was seen counts as known once `onObservation` is done. */
  watch(handlers: WatchHandlers): RepositoryWatch
  /** The stacks that the commits between this one and the one it is opened at touch. Throws what the signal was aborted with. */
  touched(opened: Opened, from: string, signal: AbortSignal): Promise<readonly string[]>
}

/** What a watch tells. */
export interface WatchHandlers {
  onObservation(observation: RepositoryObservation): Promise<void>
  onError(error: DriftError): void
}

/** A watch over one remote. */
export interface RepositoryWatch {
  start(): void
  /** Looks soon, and not only when `pollEvery` is over. */
  lookNow(): void
  /** Ends a look that is under way and waits for it. */
  stop(): Promise<void>
}

/** What following needs. */
export interface FollowParts<Opened extends FleetRepository> {
  readonly source: FollowedSource<Opened>
  readonly fleet: Fleet<Opened>
  readonly clock: Clock & Timer
  readonly log: Logger
  /** The stacks of the fleet are others now. */
  onStacks(): void
  /** Commits touched these stacks. */
  onTouched(stacks: readonly string[]): void
  /** Something about the repository is to be told or looked at. */
  onObservation(repository: string, observation: RepositoryObservation): void
}

/** Keeps one repository open at its newest commit. */
export interface RepositoryFollower {
  start(): void
  /** Asks the remote soon. */
  pollNow(): void
  stop(): Promise<void>
}

/** Opens a repository, then follows its remote; a folder that has none is read again every `pollEvery`. */
export function followRepository<Opened extends FleetRepository>(
  parts: FollowParts<Opened>,
): RepositoryFollower {
  return new Follower(parts)
}

class Follower<Opened extends FleetRepository> implements RepositoryFollower {
  readonly #parts: FollowParts<Opened>
  readonly #watch: RepositoryWatch
  readonly #stopping = new AbortController()
  #running: Promise<void> | null = null
  /** What every scan has to say of the commit it is compared with, at the last attempt to open it. */
  #caveat: string | null = null

  constructor(parts: FollowParts<Opened>) {
    const { source, log } = parts
    this.#parts = parts
    this.#watch = source.watch({
      onObservation: (observation) => this.#actOn(observation),
      onError: (error) => log.warn('a repository could not be looked at', { repository: source.name, error }),
    })
  }

  start(): void {
    this.#running ??= this.#follow()
  }

  pollNow(): void {
    this.#watch.lookNow()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the daemon stops, or reads its configuration again'))
    await this.#running
    await this.#watch.stop()
  }

  async #follow(): Promise<void> {
    const { source, clock } = this.#parts
    const { signal } = this.#stopping
    await this.#open()
    if (signal.aborted) return
    this.#watch.start()
    // what has no remote is never observed
    while ((this.#opened?.commit ?? null) === null) {
      await clock.sleep(source.pollEveryMs, signal)
      if (signal.aborted) return
      if ((this.#opened?.commit ?? null) === null) await this.#open()
    }
  }

  async #actOn(observation: RepositoryObservation): Promise<void> {
    const { source, log, onTouched, onObservation } = this.#parts
    logObservation(log, source.name, observation)
    if (this.#mustOpen(observation)) await this.#open()
    this.#caveat = caveatOf(observation)
    const opened = this.#opened
    const from =
      observation.status === 'moved' || observation.status === 'rewritten' ? observation.from : null
    if (opened !== null && from !== null && from !== opened.commit) {
      const stacks = await source.touched(opened, from, this.#stopping.signal)
      log.info('commits touch stacks', {
        repository: source.name,
        from,
        to: opened.commit,
        stacks: [...stacks],
      })
      onTouched(stacks)
    }
    onObservation(source.name, observation)
  }

  /** It is not open at the commit that it should be, or scans must say something else of that commit than before. */
  #mustOpen(observation: RepositoryObservation): boolean {
    if (caveatOf(observation) !== this.#caveat) return true
    if (observation.status === 'unreachable') return false
    const commit = 'to' in observation ? observation.to : observation.commit
    return this.#opened === null || (commit !== null && this.#opened.commit !== commit)
  }

  get #opened(): Opened | null {
    return this.#parts.fleet.opened(this.#parts.source.name)
  }

  async #open(): Promise<void> {
    const { source, fleet, clock, log, onStacks } = this.#parts
    const { signal } = this.#stopping
    const beganMs = clock.monotonicMs()
    const found = await fleet
      .open(source, signal)
      .catch((error: unknown) => ({ failure: toDriftError(error) }))
    if (signal.aborted) return
    const repository = source.name
    if (found.failure !== null)
      log.error('a repository could not be opened', { repository, error: found.failure })
    else {
      const { commit, stacks } = found.repository
      const durationMs = Math.round(clock.monotonicMs() - beganMs)
      log.info('repository open', { repository, commit, stacks: stacks.length, durationMs })
    }
    onStacks()
  }
}

/** What a scan must say of the commit it is compared with: it is the last one that was fetched, or signed. */
function caveatOf(observation: RepositoryObservation): string | null {
  if (observation.status === 'unreachable') return 'unreachable'
  return observation.status === 'unsigned' ? `unsigned ${observation.tip}` : null
}

function logObservation(log: Logger, repository: string, observation: RepositoryObservation): void {
  const { status, ...fields } = observation
  if (status === 'unchanged') log.debug('repository unchanged', { repository, ...fields })
  else if (status === 'moved') log.info('repository moved', { repository, ...fields })
  else log.warn(`repository ${status}`, { repository, ...fields })
}
