import { setMaxListeners } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { ensurePrivateFolder } from '../lib/private-folder.js'
import { SlotQueue } from './slot-queue.js'

/** How heavy one detection is (provider.ts): `plugin` loads provider plug-ins into memory, `light` does not. */
export type Weight = 'light' | 'plugin'

/** How much may run on this machine at once. */
export interface Slots {
  /** Detections of each weight. */
  readonly light: number
  readonly plugin: number
  /** All detections together may take so many units of memory, of so many bytes each. */
  readonly memoryUnits: number
  readonly unitBytes: number
}

/** What a detection needs. */
export interface Need {
  readonly weight: Weight
  /** The memory that it was seen to need; null: not known yet, so what is usual for its weight. */
  readonly expectedBytes: number | null
}

/** The right to run one detection. */
export interface Admitted {
  /** Gives the slot back. Safe to call twice. */
  release(): void
}

/** Decides when a detection may begin. */
export interface Admission {
  /**
   * Waits for a slot and for memory, first come first served within this process. Throws what `signal` was aborted
   * with, and PERMISSION_DENIED where the slot files cannot be used.
   */
  admit(need: Need, signal: AbortSignal): Promise<Admitted>
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

/** What is expected of a stack that was never measured: a plan with the AWS provider peaks at 1.0 to 1.3 GB (facts/terraform.md: memory-aware slots). */
const USUAL_BYTES: Readonly<Record<Weight, number>> = { light: 0.13e9, plugin: 1.3e9 }
/** A stack may need somewhat more than it was seen to need. */
const MARGIN = 1.2
/** Small enough that ten make a plan with a big provider, and never more of them than that: each is a file. */
const SMALLEST_UNIT_BYTES = 0.13e9
const MOST_UNITS = 128

/**
 * Admission over slot files: a slot, and a unit of memory, is the lock of a file, so a hand-run scan and the daemon share
 * the machine, and what a killed process held is free at once.
 */
export function createAdmission({ folder, slots }: AdmissionOptions): Admission {
  const slotsOf = (name: string, count: number): SlotQueue =>
    new SlotQueue(Array.from({ length: count }, (_, index) => join(folder, `${name}-${index}.slot`)))
  const queues: Readonly<Record<Weight, SlotQueue>> = {
    light: slotsOf('light', slots.light),
    plugin: slotsOf('plugin', slots.plugin),
  }
  // one queue for all: a stack that needs much would else be overtaken for ever by those that need little
  const memory = slotsOf('memory', slots.memoryUnits)
  let isFolderReady: Promise<string> | null = null
  return {
    async admit(need, signal) {
      // one Ctrl-C ends the waiting of hundreds
      setMaxListeners(0, signal)
      isFolderReady ??= ensurePrivateFolder(folder)
      await isFolderReady
      const slot = await queues[need.weight].take(1, signal)
      try {
        const units = await memory.take(decideUnits(need, slots), signal)
        return {
          release() {
            units.release()
            slot.release()
          },
        }
      } catch (error) {
        slot.release()
        throw error
      }
    },
  }
}

/** The units of memory a detection takes: at least one, and at most all, so that the biggest stack runs alone. */
export function decideUnits({ weight, expectedBytes }: Need, { memoryUnits, unitBytes }: Slots): number {
  const bytes = expectedBytes === null ? USUAL_BYTES[weight] : expectedBytes * MARGIN
  return Math.max(1, Math.min(memoryUnits, Math.ceil(bytes / unitBytes)))
}

/**
 * A third of a light detection is driftd's own work, before and after its engine: with one more than there are cores,
 * they have something to do meanwhile. A plan with plug-ins is nearly all engine, and one more would only take memory.
 */
const LIGHT_BEYOND_CORES = 1

/** Slots for a machine: a core each and one more for what is light, unless `slotsWanted` says otherwise, and the memory it has; never none. */
export function decideSlots(machine: Machine, slotsWanted?: number): Slots {
  const cores = Math.max(1, Math.floor(machine.cores))
  const unitBytes = Math.max(SMALLEST_UNIT_BYTES, machine.memoryBytes / MOST_UNITS)
  const memoryUnits = Math.max(1, Math.floor(machine.memoryBytes / unitBytes))
  return {
    light: slotsWanted ?? cores + LIGHT_BEYOND_CORES,
    plugin: slotsWanted ?? cores,
    memoryUnits,
    unitBytes,
  }
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

/** Admission by what this machine has, shared with every driftd of this user. `slotsWanted`: instead of a core each. */
export function machineAdmission(
  env: Readonly<Record<string, string | undefined>>,
  slotsWanted?: number,
): Admission {
  return createAdmission({
    folder: defaultAdmissionFolder(env),
    slots: decideSlots(readMachine(), slotsWanted),
  })
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
