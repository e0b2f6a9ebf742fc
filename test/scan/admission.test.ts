import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryFileLock } from '../../src/lib/file-lock.js'
import {
  createAdmission,
  decideSlots,
  defaultAdmissionFolder,
  readMachine,
} from '../../src/scan/admission.js'
import { startProgram } from '../lib/programs/child.js'
import { tempFolder } from '../lib/temp-folder.js'

const never = new AbortController().signal

describe('createAdmission', () => {
  it('never admits more than there are slots, each weight by itself', async () => {
    const admission = createAdmission({ folder: slotFolder(), slots: { light: 2, plugin: 1 } })
    const inside = { light: 0, plugin: 0 }
    const most = { light: 0, plugin: 0 }
    const run = async (weight: 'light' | 'plugin'): Promise<void> => {
      const admitted = await admission.admit(weight, never)
      most[weight] = Math.max(most[weight], ++inside[weight])
      await new Promise((resolve) => setImmediate(resolve))
      inside[weight]--
      admitted.release()
    }
    await Promise.all(Array.from({ length: 60 }, (_, index) => run(index % 3 ? 'light' : 'plugin')))
    expect(most).toEqual({ light: 2, plugin: 1 })
  })

  it('admits in the order of asking', async () => {
    const admission = createAdmission({ folder: slotFolder(), slots: { light: 1, plugin: 1 } })
    const order: number[] = []
    const run = async (index: number): Promise<void> => {
      const admitted = await admission.admit('light', never)
      order.push(index)
      admitted.release()
    }
    await Promise.all([0, 1, 2, 3, 4].map(run))
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('shares the slots with other processes, and has them back when those are killed', async () => {
    const folder = slotFolder()
    const slots = { light: 1, plugin: 1 }
    const admission = createAdmission({ folder, slots })
    const first = await admission.admit('plugin', never)
    first.release()
    const other = await startProgram('hold-lock', join(folder, 'plugin-0.slot'))
    expect(other.firstLine).toBe('held')
    let isAdmitted = false
    const second = admission.admit('plugin', never).then((admitted) => {
      isAdmitted = true
      return admitted
    })
    const light = await admission.admit('light', never)
    expect(isAdmitted).toBe(false)
    await other.kill()
    const admitted = await second
    admitted.release()
    light.release()
  })

  it('stops waiting when the signal is aborted, and the next in the queue is served', async () => {
    const folder = slotFolder()
    const admission = createAdmission({ folder, slots: { light: 1, plugin: 1 } })
    const first = await admission.admit('light', never)
    const controller = new AbortController()
    const second = admission.admit('light', controller.signal)
    const third = admission.admit('light', never)
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
    const admitted = await createAdmission({ folder, slots: { light: 1, plugin: 1 } }).admit('light', never)
    onTestFinished(() => admitted.release())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })
})

describe('decideSlots', () => {
  it.each([
    [
      { cores: 2, memoryBytes: 25e9 },
      { light: 2, plugin: 2 },
    ],
    [
      { cores: 16, memoryBytes: 8e9 },
      { light: 16, plugin: 6 },
    ],
    [
      { cores: 4, memoryBytes: 1e9 },
      { light: 4, plugin: 1 },
    ],
    [
      { cores: 0, memoryBytes: 0 },
      { light: 1, plugin: 1 },
    ],
  ])('gives %j the slots %j', (machine, slots) => {
    expect(decideSlots(machine)).toEqual(slots)
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

async function isFree(path: string): Promise<boolean> {
  const lock = await tryFileLock(path)
  lock?.release()
  return lock !== null
}

function slotFolder(): string {
  return join(tempFolder(), 'slots')
}
