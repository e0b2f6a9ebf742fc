import { describe, expect, it } from 'vitest'
import { buildScheduledStack } from '../helpers/scheduler-lab.js'
import { simulate, type Trouble } from '../helpers/simulated-year.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const STACKS = [
  buildScheduledStack('night', { expression: '30 2 * * *', timezone: 'Europe/Berlin' }),
  buildScheduledStack('ny', { expression: '30 2 * * *', timezone: 'America/New_York' }),
  buildScheduledStack('often', { expression: '0 */4 * * *', timezone: 'Europe/Berlin' }),
  buildScheduledStack('even', { expression: '0 */6 * * *' }),
  buildScheduledStack('weekly', { expression: '15 9 * * mon', timezone: 'Asia/Kolkata' }),
]

/** One of each kind, on days on which the clocks change too. */
const TROUBLES: readonly Trouble[] = [
  { at: '2027-01-20T07:11:00Z', kind: 'sleep', durationMs: 8 * HOUR_MS },
  { at: '2027-02-03T16:00:30Z', kind: 'down', durationMs: 3 * DAY_MS },
  { at: '2027-02-20T10:00:00Z', kind: 'wrong-clock', durationMs: 2 * HOUR_MS, skewMs: DAY_MS },
  { at: '2027-03-28T00:30:00Z', kind: 'sleep', durationMs: 2 * HOUR_MS },
  { at: '2027-04-20T10:03:00Z', kind: 'wrong-clock', durationMs: 2 * HOUR_MS, skewMs: -DAY_MS },
  { at: '2027-05-20T12:00:01Z', kind: 'wrong-clock', durationMs: 20 * MINUTE_MS, skewMs: -2_000 },
  { at: '2027-06-20T22:10:00Z', kind: 'wrong-clock', durationMs: 5 * MINUTE_MS, skewMs: DAY_MS },
  { at: '2027-10-31T00:10:00Z', kind: 'down', durationMs: HOUR_MS },
  { at: '2027-12-01T00:00:00Z', kind: 'sleep', durationMs: 10 * DAY_MS },
]

describe('a year', () => {
  it('has every slot scanned once, on the days too on which the clocks change', async () => {
    const year = {
      from: '2027-01-01T00:00:05Z',
      until: '2027-12-31T23:59:00Z',
      stacks: STACKS,
      pollMs: 15 * MINUTE_MS,
    }
    const { violations, scans, slots } = await simulate({ ...year, troubles: [] })
    expect(violations).toEqual([])
    // and the first scan of each
    expect(scans).toBe(slots + STACKS.length)
    expect(slots).toBe(365 + 365 + 6 * 365 + (4 * 365 - 1) + 52)
  })

  it('has no slot lost, none run twice and no burst, whatever befalls the machine', async () => {
    const year = {
      from: '2027-01-01T00:00:05Z',
      until: '2027-12-31T23:59:00Z',
      stacks: STACKS,
      pollMs: 15 * MINUTE_MS,
    }
    const { violations, caughtUp } = await simulate({ ...year, troubles: TROUBLES })
    expect(violations).toEqual([])
    expect(caughtUp).toBeGreaterThan(10)
  })
})
