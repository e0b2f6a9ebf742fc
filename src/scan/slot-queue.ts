import { type FileLock, tryFileLock } from '../lib/file-lock.js'

/** Slots that are held. */
export interface HeldSlots {
  /** Gives them back. Safe to call twice. */
  release(): void
}

// what a slot that another process gives back may stand empty; the longer it takes, the more others have, and each look
// at a file costs a tenth of a millisecond
const FIRST_POLL_MS = 50
const LAST_POLL_MS = 400

/** Slots, each the lock of a file, and who waits for them. Only the first in the queue looks for free ones. */
export class SlotQueue {
  readonly #free: string[]
  #last: Promise<unknown> = Promise.resolve()
  #wake: () => void = () => {}

  constructor(paths: readonly string[]) {
    this.#free = [...paths]
  }

  /**
   * Waits for so many slots and takes them all at once: whoever held some while waiting for more could wait for ever for
   * another process that does the same. Throws what `signal` was aborted with, and PERMISSION_DENIED.
   */
  async take(count: number, signal: AbortSignal): Promise<HeldSlots> {
    const turn = this.#last.then(() => this.#waitForFree(count, signal))
    this.#last = turn.catch(() => {})
    try {
      return await unlessAborted(turn, signal)
    } catch (error) {
      // slots that came at the moment of the abort go back
      turn.then(
        (held) => held.release(),
        () => {},
      )
      throw error
    }
  }

  async #waitForFree(count: number, signal: AbortSignal): Promise<HeldSlots> {
    for (let pollMs = FIRST_POLL_MS; ; ) {
      signal.throwIfAborted()
      const held = await this.#tryFree(count)
      if (held) return held
      const isWoken = await this.#waitForChange(pollMs, signal)
      pollMs = isWoken ? FIRST_POLL_MS : Math.min(pollMs * 2, LAST_POLL_MS)
    }
  }

  async #tryFree(count: number): Promise<HeldSlots | null> {
    const locks = new Map<string, FileLock>()
    let missesLeft = this.#free.length - count
    for (const path of this.#free) {
      if (missesLeft < 0 || locks.size === count) break
      const lock = await tryFileLock(path)
      if (lock) locks.set(path, lock)
      else missesLeft -= 1
    }
    if (locks.size === count) return this.#hold(locks)
    for (const lock of locks.values()) lock.release()
    return null
  }

  #hold(locks: ReadonlyMap<string, FileLock>): HeldSlots {
    for (const path of locks.keys()) this.#free.splice(this.#free.indexOf(path), 1)
    let isHeld = true
    return {
      release: () => {
        if (!isHeld) return
        isHeld = false
        for (const lock of locks.values()) lock.release()
        this.#free.push(...locks.keys())
        this.#wake()
      },
    }
  }

  /** Until slots of this process are given back (true), or it is time to look again at those of others. */
  #waitForChange(pollMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isWoken: boolean): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        resolve(isWoken)
      }
      const onAbort = (): void => end(false)
      const timer = setTimeout(() => end(false), pollMs)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#wake = () => end(true)
    })
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
