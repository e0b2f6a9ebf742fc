import { toDriftError } from '../domain/errors.js'
import type { Timer } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import type { RunningServer } from '../server/server.js'

/** What listening needs. */
export interface ListenerParts {
  /** Throws LISTEN_FAILED where the address is taken. */
  listen(): Promise<RunningServer>
  /**
   * True where another daemon of this store led before: on the same machine it may hold the address still, paused. To scan
   * matters more than to be asked, so it is tried again and again.
   */
  readonly mayBeTaken: boolean
  readonly timer: Timer
  readonly log: Logger
}

const RETRY_MS = 2_000

/** Keeps a server up while the daemon leads. */
export class Listener {
  readonly #parts: ListenerParts
  readonly #stopping = new AbortController()
  #server: RunningServer | null = null
  #retrying: Promise<void> | null = null

  constructor(parts: ListenerParts) {
    this.#parts = parts
  }

  /** Returns once it listens, or once it is known that it must be tried again. Throws LISTEN_FAILED. */
  async start(): Promise<void> {
    const { listen, mayBeTaken, log } = this.#parts
    try {
      this.#server = await listen()
    } catch (error) {
      if (!mayBeTaken) throw error
      log.error('nobody can ask this daemon yet; it is tried again', { error: toDriftError(error) })
      this.#retrying = this.#retry()
    }
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#retrying
    await this.#server?.stop()
  }

  async #retry(): Promise<void> {
    const { listen, timer } = this.#parts
    const { signal } = this.#stopping
    while (this.#server === null) {
      await timer.sleep(RETRY_MS, signal)
      if (signal.aborted) return
      this.#server = await listen().catch(() => null)
    }
  }
}
