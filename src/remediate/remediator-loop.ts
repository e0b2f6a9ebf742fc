import { DriftError, toDriftError } from '../domain/errors.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import type { Remediator } from './remediator.js'

/** What a remediator works with. */
export interface RemediatorParts {
  readonly clock: Clock & Timer
  readonly log: Logger
  /** Names of the repositories. */
  readonly repositories: readonly string[]
  /** Advances what there is to advance in one repository. */
  readonly advance: (repository: string, signals: RemediatorSignals) => Promise<void>
}

/** What ends the work of a remediator. */
export interface RemediatorSignals {
  /** Aborted at once: nothing new is begun. */
  readonly signal: AbortSignal
  /** Aborted when the grace is over: what is carried out is asked to stop where it safely can. */
  readonly applySignal: AbortSignal
}

/** Requests expire, and a plan may be another one, without anybody nudging. */
const EVERY_MS = 10 * 60_000
/** Every stored scan nudges; a repository is asked no oftener than this. */
const MIN_PAUSE_MS = 30_000

/** Advances each repository beside the others: when nudged, and now and then by itself. */
export function createRemediatorLoop(parts: RemediatorParts): Remediator {
  const { clock } = parts
  const stopping = new AbortController()
  const applyStop = new AbortController()
  const signals = { signal: stopping.signal, applySignal: applyStop.signal }
  const loops = new Map(parts.repositories.map((name) => [name, new RepositoryLoop(name, parts, signals)]))
  let running: Promise<unknown> | null = null
  return {
    start() {
      running ??= Promise.all([...loops.values()].map((loop) => loop.run()))
    },
    nudge(repository) {
      loops.get(repository)?.nudge()
    },
    async stop(graceMs) {
      stopping.abort(new DriftError('INTERRUPTED', 'the daemon stops, or reads its configuration again'))
      const ended = new AbortController()
      // better an outcome that is written down than none: systemd and Kubernetes kill after some time
      const grace = graceMs === null ? null : clock.sleep(graceMs, ended.signal)
      const urging = grace?.then(() => {
        applyStop.abort(new DriftError('INTERRUPTED', 'the daemon stops, and waited long enough'))
      })
      await running
      ended.abort()
      await urging
    },
  }
}

/** Looks at one repository again and again. */
class RepositoryLoop {
  readonly #name: string
  readonly #parts: RemediatorParts
  readonly #signals: RemediatorSignals
  #dueAt = Number.NEGATIVE_INFINITY
  #lastLook = Number.NEGATIVE_INFINITY
  #waking = new AbortController()

  constructor(name: string, parts: RemediatorParts, signals: RemediatorSignals) {
    this.#name = name
    this.#parts = parts
    this.#signals = signals
  }

  async run(): Promise<void> {
    const { clock } = this.#parts
    const { signal } = this.#signals
    while (!signal.aborted) {
      const leftMs = this.#dueAt - clock.monotonicMs()
      if (leftMs > 0) {
        this.#waking = new AbortController()
        await clock.sleep(leftMs, AbortSignal.any([this.#waking.signal, signal]))
        continue
      }
      this.#dueAt = clock.monotonicMs() + EVERY_MS
      await this.#look()
      this.#lastLook = clock.monotonicMs()
    }
  }

  nudge(): void {
    const earliest = Math.max(this.#parts.clock.monotonicMs(), this.#lastLook + MIN_PAUSE_MS)
    this.#dueAt = Math.min(this.#dueAt, earliest)
    this.#waking.abort()
  }

  async #look(): Promise<void> {
    const { advance, log } = this.#parts
    try {
      await advance(this.#name, this.#signals)
    } catch (error) {
      if (this.#signals.signal.aborted) return
      const fields = { repository: this.#name, error: toDriftError(error) }
      log.error('requests of a repository could not be advanced', fields)
    }
  }
}
