import { describe, expect, it } from 'vitest'
import { repeat } from '../../src/daemon/repeat.js'
import { createFakeClock } from '../helpers/fake-clock.js'

describe('repeat', () => {
  it('does it after each interval, failures included, until it is stopped', async () => {
    const clock = createFakeClock('2026-11-20T10:00:00.000Z')
    const errors: string[] = []
    let runs = 0
    const task = repeat(
      {
        everyMs: 1_000,
        async run() {
          runs += 1
          if (runs === 2) throw new Error('busy')
        },
        onError: ({ message }) => errors.push(message),
      },
      clock,
    )
    task.start()
    task.start()
    await clock.advance(999)
    expect(runs).toBe(0)
    await clock.advance(3_001)
    expect(runs).toBe(4)
    expect(errors).toEqual(['busy'])
    await task.stop()
    await task.stop()
    await clock.advance(10_000)
    expect(runs).toBe(4)
  })
})
