import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.js'
import { createHousekeeping, type HousekeepingParts } from '../../src/schedule/housekeeping.js'
import type { RetentionRule, RetentionStep } from '../../src/store/retention-store.js'

const NOW = new Date('2026-11-24T10:00:00.000Z')
const clock = { ...systemClock, now: () => NOW }

describe('housekeeping', () => {
  it('forgets what is older than the retention, and tells how much', async () => {
    const rules: RetentionRule[] = []
    const { parts, forgotten } = build(async function* (rule) {
      rules.push(rule)
      yield { what: 'records', count: 3 }
      yield { what: 'records', count: 2 }
      yield { what: 'scans', count: 1 }
    })
    const housekeeping = createHousekeeping({
      ...parts,
      keep: () => ({ ageMs: 24 * 3_600_000, scansPerStack: 700 }),
    })
    housekeeping.start()
    housekeeping.start()
    await vi.waitFor(() => expect(forgotten).toHaveBeenCalled())
    await housekeeping.stop()
    await housekeeping.stop()
    expect(rules).toEqual([{ before: '2026-11-23T10:00:00.000Z', maxScansPerStack: 700 }])
    expect(forgotten.mock.calls).toEqual([[{ records: 5, scans: 1, drifts: 0, events: 0 }]])
  })

  it('says nothing where nothing was old, and looks again', async () => {
    const look = vi.fn()
    const { parts, forgotten } = build(async function* () {
      look()
      yield { what: 'events', count: 0 }
    })
    const housekeeping = createHousekeeping({ ...parts, intervalMs: 1 })
    housekeeping.start()
    await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(2))
    await housekeeping.stop()
    expect(forgotten).not.toHaveBeenCalled()
  })

  it('keeps as much as is configured by then', async () => {
    let scansPerStack = 5_000
    const rules: RetentionRule[] = []
    const { parts } = build(async function* (rule) {
      rules.push(rule)
      scansPerStack = 10
      yield { what: 'scans', count: 0 }
    })
    const housekeeping = createHousekeeping({
      ...parts,
      intervalMs: 1,
      keep: () => ({ ageMs: 1_000, scansPerStack }),
    })
    housekeeping.start()
    await vi.waitFor(() => expect(rules.length).toBeGreaterThan(1))
    await housekeeping.stop()
    expect(rules.slice(0, 2).map((rule) => rule.maxScansPerStack)).toEqual([5_000, 10])
  })

  it('tells what went wrong, and tries again', async () => {
    let attempts = 0
    const { parts, forgotten, failure } = build(async function* () {
      attempts += 1
      if (attempts === 1) throw new Error('the disk is full')
      yield { what: 'scans', count: 1 }
    })
    const housekeeping = createHousekeeping({ ...parts, intervalMs: 1 })
    housekeeping.start()
    await vi.waitFor(() => expect(forgotten).toHaveBeenCalled())
    await housekeeping.stop()
    expect(failure.mock.calls).toEqual([[new Error('the disk is full')]])
  })

  it('ends after the step under way when it is stopped, and does not begin again', async () => {
    let steps = 0
    const { parts } = build(async function* () {
      for (;;) {
        steps += 1
        yield { what: 'records', count: 1_000 }
      }
    })
    const housekeeping = createHousekeeping(parts)
    housekeeping.start()
    await vi.waitFor(() => expect(steps).toBeGreaterThan(0))
    await housekeeping.stop()
    const before = steps
    housekeeping.start()
    await housekeeping.stop()
    expect(steps).toBe(before)
  })
})

function build(prune: (rule: RetentionRule) => AsyncGenerator<RetentionStep>) {
  const forgotten = vi.fn()
  const failure = vi.fn()
  const parts: HousekeepingParts = {
    retention: { prune },
    clock,
    keep: () => ({ ageMs: 1_000, scansPerStack: 5_000 }),
    onForgotten: forgotten,
    onFailure: failure,
  }
  return { parts, forgotten, failure }
}
