import { describe, expect, it } from 'vitest'
import { decidePriority, nextDriftRate, type PriorityFacts } from '../../src/schedule/priority.js'
import { SCAN_TRIGGERS } from '../../src/schedule/queue.js'

const HOUR_MS = 3_600_000
const NOW_MS = Date.parse('2027-01-01T00:00:00Z')

function priority(facts: Partial<PriorityFacts> & { readonly ageHours?: number } = {}): number {
  const lastAttemptAtMs = facts.ageHours === undefined ? null : NOW_MS - facts.ageHours * HOUR_MS
  return decidePriority({ trigger: 'schedule', nowMs: NOW_MS, driftRate: 0, lastAttemptAtMs, ...facts })
}

describe('decidePriority', () => {
  it('puts the stack first that was scanned longest ago', () => {
    expect(priority({ ageHours: 3 })).toBeGreaterThan(priority({ ageHours: 2 }))
  })

  it('puts the one that drifts often before one that is somewhat older, not before one that is much older', () => {
    const prone = priority({ ageHours: 1, driftRate: 1 })
    expect(prone).toBeGreaterThan(priority({ ageHours: 6 }))
    expect(prone).toBeLessThan(priority({ ageHours: 8 }))
  })

  it('puts what a person waits for before all, then what changed, then what was never seen', () => {
    const order = (['verify', 'manual', 'commit', 'first', 'schedule'] as const).map((trigger) =>
      priority({ trigger, ageHours: 1 }),
    )
    expect(order).toEqual([...order].sort((a, b) => b - a))
    expect(priority({ trigger: 'manual', ageHours: 0 })).toBeGreaterThan(priority({ ageHours: 24 * 200 }))
  })

  it('lets a stack that waits be overtaken for a while only: whoever comes later has a younger scan', () => {
    const waiting = priority({ ageHours: 24 })
    const dayLater = decidePriority({
      trigger: 'schedule',
      nowMs: NOW_MS + 24 * HOUR_MS,
      lastAttemptAtMs: NOW_MS,
      driftRate: 1,
    })
    expect(waiting).toBeGreaterThan(dayLater)
  })

  it('takes a scan in the future, of a clock that stood ahead, for one of now', () => {
    expect(priority({ ageHours: -48 })).toBe(priority({ ageHours: 0 }))
  })

  it('fits into 32 bits', () => {
    for (const trigger of SCAN_TRIGGERS) {
      for (const ageHours of [0, 24 * 365 * 5]) {
        expect(Math.abs(priority({ trigger, ageHours, driftRate: 1 }))).toBeLessThan(2 ** 31)
      }
    }
  })
})

describe('nextDriftRate', () => {
  it('moves towards what is seen', () => {
    let rate = 0
    for (let scan = 0; scan < 10; scan += 1) rate = nextDriftRate(rate, true)
    expect(rate).toBeGreaterThan(0.85)
    for (let scan = 0; scan < 10; scan += 1) rate = nextDriftRate(rate, false)
    expect(rate).toBeLessThan(0.15)
  })
})
