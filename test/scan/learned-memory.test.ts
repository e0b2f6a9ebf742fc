import { describe, expect, it } from 'vitest'
import { createLearnedMemory, decideLearned } from '../../src/scan/learned-memory.js'
import type { ScheduleStore, StackSchedule, StackScheduleChange } from '../../src/store/schedule-store.js'

describe('decideLearned', () => {
  it.each([
    ['the first peak', null, 500, 500],
    ['a higher one', 500, 800, 800],
    ['a much lower one, slowly', 1_000, 500, 950],
    ['a somewhat lower one, not at all', 1_000, 960, 1_000],
  ])('believes %s', (_, known, peak, expected) => {
    expect(decideLearned(known, peak)).toBe(expected)
  })
})

describe('createLearnedMemory', () => {
  it('keeps what it learned in the store, with the fence of the leader', async () => {
    const { schedule, saved } = fakeSchedule()
    const memory = createLearnedMemory({ schedule, fence: { token: 7 } })
    expect(await memory.expectedBytes('a')).toBeNull()
    await memory.learn('a', 500)
    await memory.learn('a', 499)
    expect(await memory.expectedBytes('a')).toBe(500)
    expect(saved).toEqual([[{ stack: 'a', peakMemoryBytes: 500 }, 7]])
  })

  it('never stops a scan', async () => {
    const failing = { ...fakeSchedule().schedule, stackSchedules: () => Promise.reject(new Error('locked')) }
    const memory = createLearnedMemory({ schedule: failing, fence: null })
    expect(await memory.expectedBytes('a')).toBeNull()
    await memory.learn('a', 500)
  })
})

function fakeSchedule() {
  const known = new Map<string, StackScheduleChange>()
  const saved: unknown[] = []
  const schedule: Pick<ScheduleStore, 'stackSchedules' | 'saveStackSchedules'> = {
    stackSchedules: async (stacks) => stacks.map((stack) => ({ ...EMPTY, ...known.get(stack), stack })),
    async saveStackSchedules(changes, fence) {
      for (const change of changes) {
        known.set(change.stack, change)
        saved.push([change, fence?.token])
      }
    },
  }
  return { schedule, saved }
}

const EMPTY: Omit<StackSchedule, 'stack'> = {
  lastSlot: null,
  nextScanAt: null,
  consecutiveFailures: 0,
  peakMemoryBytes: null,
  backOffUntil: null,
}
