import { describe, expect, it } from 'vitest'
import { buildScheduledStack } from '../helpers/scheduler-lab.js'
import { simulate, type Trouble } from '../helpers/simulated-year.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const FROM_MS = Date.parse('2027-01-01T00:00:05Z')

const EXPRESSIONS = [
  '*/15 * * * *',
  '0 * * * *',
  '30 2 * * *',
  '0 */4 * * *',
  '*/30 8-17 * * 1-5',
  '15 9 * * mon',
  '0 3 L * *',
  '20 0 * * *',
]
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Kolkata',
]

const STACKS = ZONES.flatMap((timezone) =>
  EXPRESSIONS.map((expression) => buildScheduledStack(`${timezone} ${expression}`, { expression, timezone })),
)

/** Something every four days or so, never twice at once; the same in every run. */
function makeTroubles(): readonly Trouble[] {
  let seed = 20_270_101
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  const kinds: readonly (() => Omit<Trouble, 'at'>)[] = [
    () => ({ kind: 'sleep', durationMs: 10 * MINUTE_MS + random(12 * HOUR_MS) }),
    () => ({ kind: 'down', durationMs: MINUTE_MS + random(30 * HOUR_MS) }),
    () => ({ kind: 'wrong-clock', durationMs: 5 * MINUTE_MS + random(3 * HOUR_MS), skewMs: DAY_MS }),
    () => ({ kind: 'wrong-clock', durationMs: 5 * MINUTE_MS + random(3 * HOUR_MS), skewMs: -DAY_MS }),
    () => ({ kind: 'wrong-clock', durationMs: 10 * MINUTE_MS, skewMs: random(4_000) - 2_000 }),
  ]
  const troubles: Trouble[] = []
  for (let atMs = FROM_MS + DAY_MS; atMs < FROM_MS + 360 * DAY_MS; atMs += 2 * DAY_MS + random(4 * DAY_MS)) {
    const trouble = kinds[random(kinds.length)]?.()
    // in the middle of a minute, so that no slot is on its edge
    const at = new Date(Math.floor(atMs / MINUTE_MS) * MINUTE_MS + 30_500).toISOString()
    if (trouble !== undefined) troubles.push({ ...trouble, at })
    atMs += trouble?.durationMs ?? 0
  }
  return troubles
}

describe('a simulated year of the scheduler', () => {
  const year = { from: new Date(FROM_MS).toISOString(), until: '2027-12-31T23:59:00Z', stacks: STACKS }

  it('has every slot scanned once, over all changes of the clocks', async ({ task }) => {
    const { violations, slots, scans } = await simulate({ ...year, pollMs: MINUTE_MS, troubles: [] })
    expect(violations).toEqual([])
    expect(scans).toBe(slots + STACKS.length)
    Object.assign(task.meta, {
      proof: `${slots} slots of ${STACKS.length} schedules in ${ZONES.length} zones`,
    })
  })

  it('loses no slot, runs none twice and makes no burst, through sleeps, downtimes and wrong clocks', async ({
    task,
  }) => {
    const troubles = makeTroubles()
    const { violations, slots, caughtUp } = await simulate({ ...year, pollMs: MINUTE_MS, troubles })
    expect(violations).toEqual([])
    Object.assign(task.meta, {
      proof: `${troubles.length} troubles, ${slots} slots outside them, ${caughtUp} scans to catch up`,
    })
  })
})
