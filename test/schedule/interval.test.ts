import { describe, expect, it } from 'vitest'
import { longestIntervalMs } from '../../src/schedule/interval.js'

const HOUR_MS = 3_600_000

describe('longestIntervalMs', () => {
  it('is the interval of an even schedule', () => {
    expect(longestIntervalMs('0 * * * *', 'UTC')).toBe(HOUR_MS)
    expect(longestIntervalMs('*/30 * * * *', 'UTC')).toBe(HOUR_MS / 2)
  })

  it('is the weekend of a schedule for working days', () => {
    expect(longestIntervalMs('*/30 8-17 * * 1-5', 'UTC')).toBe((48 + 14.5) * HOUR_MS)
  })

  it('is the leap day of a schedule for that day', () => {
    expect(longestIntervalMs('0 0 1 1 *', 'UTC')).toBe(366 * 24 * HOUR_MS)
  })
})
