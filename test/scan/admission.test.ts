import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryFileLock } from '../../src/lib/file-lock.js'
import {
  createAdmission,
  decideSlots,
  decideUnits,
  defaultAdmissionFolder,
  type Need,
  readMachine,
  type Slots,
  type Weight,
} from '../../src/scan/admission.js'
import { startProgram } from '../lib/programs/child.js'
import { tempFolder } from '../lib/temp-folder.js'

const UNIT_BYTES = 1e9
const never = new AbortController().signal

describe('createAdmission', () => {
  it('never admits more than there are slots, each weight by itself', async () => {
    const admission = createAdmission({ folder: slotFolder(), slots: slots({ light: 2 }) })
    const inside = { light: 0, plugin: 0 }
    const most = { light: 0, plugin: 0 }
    const run = async (weight: 'light' | 'plugin'): Promise<void> => {
      const admitted = await admission.admit(need(weight), never)
      most[weight] = Math.max(most[weight], ++inside[weight])
      await new Promise((resolve) => setImmediate(resolve))
      inside[weight]--
      admitted.release()
    }
    await Promise.all(Array.from({ length: 60 }, (_, index) => run(index % 3 ? 'light' : 'plugin')))
    expect(most).toEqual({ light: 2, plugin: 1 })
  })

  it('admits in the order of asking', async () => {
    const admission = createAdmission({ folder: slotFolder(), slots: slots() })
    const order: number[] = []
    const run = async (index: number): Promise<void> => {
      const admitted = await admission.admit(need('light'), never)
      order.push(index)
      admitted.release()
    }
    await Promise.all([0, 1, 2, 3, 4].map(run))
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('shares the slots with other processes, and has them back when those are killed', async () => {
    const folder = slotFolder()
    const admission = createAdmission({ folder, slots: slots() })
    const first = await admission.admit(need('plugin'), never)
    first.release()
    const other = await startProgram('hold-lock', join(folder, 'plugin-0.slot'))
    expect(other.firstLine).toBe('held')
    let isAdmitted = false
    const second = admission.admit(need('plugin'), never).then((admitted) => {
      isAdmitted = true
      return admitted
    })
    const light = await admission.admit(need('light'), never)
    expect(isAdmitted).toBe(false)
    await other.kill()
    const admitted = await second
    admitted.release()
    light.release()
  })

  it('stops waiting when the signal is aborted, and the next in the queue is served', async () => {
    const folder = slotFolder()
    const admission = createAdmission({ folder, slots: slots() })
    const first = await admission.admit(need('light'), never)
    const controller = new AbortController()
    const second = admission.admit(need('light'), controller.signal)
    const third = admission.admit(need('light'), never)
    controller.abort(new Error('Ctrl-C'))
    await expect(second).rejects.toThrow('Ctrl-C')
    first.release()
    first.release()
    const admitted = await third
    expect(await isFree(join(folder, 'light-0.slot'))).toBe(false)
    admitted.release()
    expect(await isFree(join(folder, 'light-0.slot'))).toBe(true)
  })

  it('keeps the slot files in a private folder', async () => {
    const folder = slotFolder()
    const admitted = await createAdmission({ folder, slots: slots() }).admit(need('light'), never)
    onTestFinished(() => admitted.release())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })
})

describe('createAdmission, by memory', () => {
  it('lets as many in as fit into memory together, by what they were seen to need', async () => {
    const admission = createAdmission({
      folder: slotFolder(),
      slots: slots({ plugin: 8, light: 8, memoryUnits: 5 }),
    })
    let isThirdIn = false
    const first = await admission.admit(need('plugin', 2 * UNIT_BYTES), never)
    const second = await admission.admit(need('plugin', 2 * UNIT_BYTES), never)
    const third = admission.admit(need('plugin', 2 * UNIT_BYTES), never).then((admitted) => {
      isThirdIn = true
      return admitted
    })
    // behind the one that waits: who needs little does not overtake who needs much
    const fourth = admission.admit(need('light', 1), never)
    await someTurns()
    expect(isThirdIn).toBe(false)
    first.release()
    const admitted = [await third, await fourth]
    for (const one of [second, ...admitted]) one.release()
  })

  it('lets the biggest stack run alone', async () => {
    const admission = createAdmission({ folder: slotFolder(), slots: slots({ plugin: 2, memoryUnits: 3 }) })
    const controller = new AbortController()
    const big = await admission.admit(need('plugin', 1e12), never)
    const other = admission.admit(need('plugin', 1), controller.signal)
    controller.abort(new Error('Ctrl-C'))
    await expect(other).rejects.toThrow('Ctrl-C')
    big.release()
    const next = await admission.admit(need('plugin', 1), never)
    next.release()
  })

  it('holds nothing while it waits for memory that another process has', async () => {
    const folder = slotFolder()
    const admission = createAdmission({ folder, slots: slots({ plugin: 2, memoryUnits: 3 }) })
    const warmUp = await admission.admit(need('light'), never)
    warmUp.release()
    const other = await startProgram('hold-lock', join(folder, 'memory-2.slot'))
    const waiting = admission.admit(need('plugin', 3 * UNIT_BYTES), never)
    await someTurns()
    expect(await isFree(join(folder, 'memory-0.slot'))).toBe(true)
    await other.kill()
    const admitted = await waiting
    admitted.release()
  })
})

describe('decideUnits', () => {
  const all = slots({ memoryUnits: 20, unitBytes: 0.13e9 })
  it.each([
    ['a light one that was never measured', need('light'), 1],
    ['one with plug-ins that was never measured', need('plugin'), 10],
    ['one that was seen to need 300 MB', need('plugin', 0.39e9), 3],
    ['one that needs more than there is', need('light', 9e9), 20],
  ])('gives %s its units', (_, asked, units) => {
    expect(decideUnits(asked, all)).toBe(units)
  })
})

describe('decideSlots', () => {
  it.each([
    [{ cores: 2, memoryBytes: 25e9 }, 2, 18],
    [{ cores: 16, memoryBytes: 8e9 }, 16, 6],
    [{ cores: 4, memoryBytes: 1e9 }, 4, 1],
    [{ cores: 0, memoryBytes: 0 }, 1, 1],
  ])(
    'gives %j %d slots, one more for what is light, and memory for %d usual plans',
    (machine, count, plans) => {
      const decided = decideSlots(machine)
      expect([decided.light, decided.plugin]).toEqual([count + 1, count])
      expect(Math.floor(decided.memoryUnits / decideUnits(need('plugin'), decided))).toBe(plans)
      expect(decided.memoryUnits).toBeLessThanOrEqual(128)
      expect(decided.memoryUnits * decided.unitBytes).toBeLessThanOrEqual(
        Math.max(machine.memoryBytes, decided.unitBytes),
      )
    },
  )

  it('gives as many slots as are wanted, and the memory that there is', () => {
    expect(decideSlots({ cores: 2, memoryBytes: 8e9 }, 32)).toMatchObject({
      light: 32,
      plugin: 32,
      memoryUnits: 61,
    })
  })

  it('has a machine with cores and memory', () => {
    expect(readMachine().cores).toBeGreaterThan(0)
    expect(readMachine().memoryBytes).toBeGreaterThan(1e6)
  })
})

describe('defaultAdmissionFolder', () => {
  it('is below XDG_RUNTIME_DIR where that can be written', () => {
    const folder = tempFolder()
    expect(defaultAdmissionFolder({ XDG_RUNTIME_DIR: folder })).toBe(join(folder, 'driftd'))
  })

  it('is one per user in the temp folder where XDG_RUNTIME_DIR is missing or gone', () => {
    const folder = join(tempFolder(), 'gone')
    const expected = expect.stringMatching(/driftd-\d+$/)
    expect(defaultAdmissionFolder({})).toEqual(expected)
    expect(defaultAdmissionFolder({ XDG_RUNTIME_DIR: folder })).toEqual(expected)
  })
})

function slots(given: Partial<Slots> = {}): Slots {
  return { light: 1, plugin: 1, memoryUnits: 50, unitBytes: UNIT_BYTES, ...given }
}

/** Nothing of what was measured, unless given; with the margin it still fits into as many units. */
function need(weight: Weight, bytes: number | null = null): Need {
  return { weight, expectedBytes: bytes === null ? null : bytes / 1.3 }
}

/** Long enough for everything that waits for nothing but promises. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function isFree(path: string): Promise<boolean> {
  const lock = await tryFileLock(path)
  lock?.release()
  return lock !== null
}

function slotFolder(): string {
  return join(tempFolder(), 'slots')
}
