import { describe, expect, it } from 'vitest'
import { createPhaseTimer } from '../../src/scan/phase-timer.js'

describe('createPhaseTimer', () => {
  it('measures each phase until the next begins, and adds up one that came twice', () => {
    let nowMs = 1000
    const timer = createPhaseTimer(() => nowMs)
    expect(timer.current()).toBeNull()
    timer.begin('plan')
    nowMs += 40
    timer.begin('show')
    nowMs += 7
    timer.begin('plan')
    nowMs += 2
    expect(timer.current()).toBe('plan')
    expect(timer.finish()).toEqual([
      { name: 'plan', durationMs: 42 },
      { name: 'show', durationMs: 7 },
    ])
  })
})
