import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.js'

describe('systemClock.sleep', () => {
  it('returns when the time is over', async () => {
    const beganMs = systemClock.monotonicMs()
    await systemClock.sleep(20)
    // timers count in whole milliseconds
    expect(systemClock.monotonicMs() - beganMs).toBeGreaterThanOrEqual(19)
  })

  it('returns at once when it is woken, before or meanwhile', async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(3_600_000, controller.signal)
    controller.abort()
    await sleeping
    await systemClock.sleep(3_600_000, controller.signal)
  })
})
