import { setMaxListeners } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { type FileLock, tryFileLock } from '../lib/file-lock.js'
import { ensurePrivateFolder } from '../lib/private-folder.js'

/** How heavy one detection is (provider.ts): `plugin` loads provider plug-ins into memory, `light` does not. */
export type Weight = 'light' | 'plugin'

/** How many detections of each weight may run on this machine at once. */
export type Slots = Readonly<Record<Weight, number>>

/** The right to run one detection. */
export interface Admitted {
  /** Gives the slot back. Safe to call twice. */
  release(): void
}

/** Decides when a detection may begin. */
export interface Admission {
  /**
   * Waits for a slot, first come first served within this process. Throws what `signal` was aborted with, and
   * PERMISSION_DENIED where the slot files cannot be used.
   */
  admit(weight: Weight, signal: AbortSignal): Promise<Admitted>
}

/** Where the slot files are and how many there are. */
export interface AdmissionOptions {
  /** Private folder that every driftd of this user on this machine shares; made where missing. */
  readonly folder: string
  readonly slots: Slots
}

/** What a machine has to offer. */
export interface Machine {
  readonly cores: number
  readonly memoryBytes: number
}

// a plan with the AWS provider peaks at 1.0 to 1.3 GB (facts/terraform.md: memory-aware slots)
const PLUGIN_BYTES = 1.3e9
// what a slot that another process gives back may stand empty
const POLL_MS = 50

/**
 * Admission over slot files: a slot is the lock of a file, so a hand-run scan and the daemon share the
 * machine, and the slots of a killed process are free at once.
 */
export function createAdmission({ folder, slots }: AdmissionOptions): Admission {
  const queues: Readonly<Record<Weight, SlotQueue>> = {
    light: new SlotQueue(slotPaths(folder, 'light', slots)),
    plugin: new SlotQueue(slotPaths(folder, 'plugin', slots)),
  }
  let isFolderReady: Promise<string> | null = null
  return {
    async admit(weight, signal) {
      // one Ctrl-C ends the waiting of hundreds
      setMaxListeners(0, signal)
      isFolderReady ??= ensurePrivateFolder(folder)
      await isFolderReady
      return queues[weight].take(signal)
    },
  }
}

/** Slots by the rule of the issue: a core each, and for plug-ins 1.3 GB as well; never none. */
export function decideSlots(machine: Machine): Slots {
  const light = Math.max(1, Math.floor(machine.cores))
  return { light, plugin: Math.max(1, Math.min(light, Math.floor(machine.memoryBytes / PLUGIN_BYTES))) }
}

/** Cores and memory this process may use, limits of its container included. */
export function readMachine(): Machine {
  // 0 or more than the machine has: no limit (process.constrainedMemory)
  const limit = process.constrainedMemory()
  const total = totalmem()
  return { cores: availableParallelism(), memoryBytes: limit > 0 && limit < total ? limit : total }
}

/** The folder of the slot files: below `XDG_RUNTIME_DIR` where that can be used, else one per user in the system's temp folder. */
export function defaultAdmissionFolder(env: Readonly<Record<string, string | undefined>>): string {
  const runtimeFolder = env.XDG_RUNTIME_DIR
  if (runtimeFolder && isWritable(runtimeFolder)) return join(runtimeFolder, 'driftd')
  return join(tmpdir(), `driftd-${process.geteuid?.() ?? 'user'}`)
}

/** Admission by what this machine has, shared with every driftd of this user. */
export function machineAdmission(env: Readonly<Record<string, string | undefined>>): Admission {
  return createAdmission({ folder: defaultAdmissionFolder(env), slots: decideSlots(readMachine()) })
}

function slotPaths(folder: string, weight: Weight, slots: Slots): readonly string[] {
  return Array.from({ length: slots[weight] }, (_, index) => join(folder, `${weight}-${index}.slot`))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The slots of one weight and who waits for them. Only the first in the queue looks for a free slot. */
class SlotQueue {
  readonly #free: string[]
  #last: Promise<unknown> = Promise.resolve()
  #wake: () => void = () => {}

  constructor(paths: readonly string[]) {
    this.#free = [...paths]
  }

  async take(signal: AbortSignal): Promise<Admitted> {
    const turn = this.#last.then(() => this.#waitForFree(signal))
    this.#last = turn.catch(() => {})
    try {
      return await unlessAborted(turn, signal)
    } catch (error) {
      // a slot that came at the moment of the abort goes back
      turn.then(
        (admitted) => admitted.release(),
        () => {},
      )
      throw error
    }
  }

  async #waitForFree(signal: AbortSignal): Promise<Admitted> {
    for (;;) {
      signal.throwIfAborted()
      const admitted = await this.#tryFree()
      if (admitted) return admitted
      await this.#waitForChange(signal)
    }
  }

  async #tryFree(): Promise<Admitted | null> {
    for (const path of this.#free) {
      const lock = await tryFileLock(path)
      if (lock) return this.#admit(path, lock)
    }
    return null
  }

  #admit(path: string, lock: FileLock): Admitted {
    this.#free.splice(this.#free.indexOf(path), 1)
    let isHeld = true
    return {
      release: () => {
        if (!isHeld) return
        isHeld = false
        lock.release()
        this.#free.push(path)
        this.#wake()
      },
    }
  }

  /** Until a slot of this process is given back, or it is time to look again at those of others. */
  #waitForChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, POLL_MS)
      signal.addEventListener('abort', end, { once: true })
      this.#wake = end
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
