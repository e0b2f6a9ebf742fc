import cron from 'node-cron'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { timeZone } from '../../src/lib/time-zone.js'
import { createSlotFinder } from '../../src/schedule/slots.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Slots in (from, until]. */
function slotsBetween(
  expression: string,
  timezone: string,
  [from, until]: readonly [string, string],
): string[] {
  const slotsAround = createSlotFinder()
  const slots: string[] = []
  for (let atMs = Date.parse(from); ; ) {
    const { nextMs } = slotsAround({ expression, timezone }, atMs)
    if (nextMs === null || nextMs > Date.parse(until)) return slots
    slots.push(new Date(nextMs).toISOString())
    atMs = nextMs
  }
}

const YEAR = ['2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'] as const

const SPARSE = [
  '30 2 * * *',
  '@daily',
  '@monthly',
  '0 0 1 1 *',
  '15 3 * * 1-5',
  '0 22 * * sun,wed',
  '0 9 1-7 * mon',
  '5 4 L * *',
  '0 12 L-2 * *',
  '0 6 15W * *',
  '0 6 LW * *',
  '0 7 * * 5L',
  '0 7 * * 1#2',
  '0 0 31 * *',
  '0 5 29 2 *',
  '45 23 * jan,jul 7',
  '10 20 3 4 5 *',
  '30 15 22-2/2 * * 6',
] as const
const DENSE = ['*/15 * * * *', '0 */6 * * *', '*/20 8-17 * * 1-5', '*/30 30 9 * * *', '7,37 * * * *'] as const
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Santiago',
]

describe('slots, beside those of node-cron', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterAll(() => {
    vi.useRealTimers()
  })

  it.each(ZONES)(
    'are the same all year in %s, but for the hours around a change of the clocks',
    (timezone) => {
      for (const expression of SPARSE) compare(expression, timezone, YEAR)
    },
  )

  it.each(ZONES)('are the same for frequent schedules in %s', (timezone) => {
    for (const expression of DENSE) {
      for (const from of ['2027-03-27', '2027-09-04', '2027-11-06', '2027-12-31']) {
        const fromMs = Date.parse(`${from}T00:00:00Z`)
        const until = new Date(fromMs + 3 * DAY_MS).toISOString()
        compare(expression, timezone, [new Date(fromMs).toISOString(), until])
      }
    }
  })

  function compare(expression: string, timezone: string, range: readonly [string, string]): void {
    vi.setSystemTime(range[0])
    const task = cron.createTask(expression, () => undefined, { timezone })
    const theirs: string[] = []
    for (let runs = task.getNextRuns(1); ; runs = task.getNextRuns(1)) {
      const [run] = runs
      if (run === undefined || run > new Date(range[1])) break
      theirs.push(run.toISOString())
      vi.setSystemTime(run)
    }
    const isPlain = (slot: string): boolean => !isNearChange(timezone, Date.parse(slot))
    expect({ expression, slots: slotsBetween(expression, timezone, range).filter(isPlain) }).toEqual({
      expression,
      slots: theirs.filter(isPlain),
    })
  }
})

function isNearChange(timezone: string, instantMs: number): boolean {
  const zone = timeZone(timezone)
  const offset = (ms: number): number => zone.spanAt(ms).offsetMs
  return offset(instantMs - 3 * HOUR_MS) !== offset(instantMs + 3 * HOUR_MS)
}

describe('slots on the days on which the clocks change', () => {
  it.each([
    ['America/New_York', '2027-03-14', ['2027-03-13T07:30', '2027-03-14T07:00', '2027-03-15T06:30']],
    ['Europe/Berlin', '2027-03-28', ['2027-03-27T01:30', '2027-03-28T01:00', '2027-03-29T00:30']],
  ])('are due after the hour that %s leaves out', (timezone, day, expected) => {
    const range = aroundDay(day)
    expect(slotsBetween('30 2 * * *', timezone, range).map(toMinute)).toEqual(expected)
  })

  it.each([
    [
      '30 1 * * *',
      'America/New_York',
      '2027-11-07',
      ['2027-11-06T05:30', '2027-11-07T05:30', '2027-11-08T06:30'],
    ],
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2027-10-31',
      ['2027-10-30T00:30', '2027-10-31T00:30', '2027-11-01T01:30'],
    ],
  ])(
    '%s is due once in the hour that comes twice in %s, the first time',
    (expression, timezone, day, expected) => {
      expect(slotsBetween(expression, timezone, aroundDay(day)).map(toMinute)).toEqual(expected)
    },
  )

  it('gather what was left out at one instant', () => {
    const slots = slotsBetween('*/10 2-3 * * *', 'Europe/Berlin', [
      '2027-03-28T00:59:59Z',
      '2027-03-28T01:20:00Z',
    ])
    expect(slots.map(toMinute)).toEqual(['2027-03-28T01:00', '2027-03-28T01:10', '2027-03-28T01:20'])
  })

  it.each(['2027-03-28', '2027-10-31'])('of a schedule of every hour keep its pace on %s', (day) => {
    const slots = slotsBetween('*/15 * * * *', 'Europe/Berlin', aroundDay(day)).map((slot) =>
      Date.parse(slot),
    )
    const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0))
    expect(new Set(gaps)).toEqual(new Set([HOUR_MS / 4]))
  })

  it('know a change of half an hour, one at midnight, and a day that was left out', () => {
    expect(
      slotsBetween('10 2 * * *', 'Australia/Lord_Howe', aroundDay('2027-10-02')).map(toMinute),
    ).toContain('2027-10-02T15:30')
    expect(slotsBetween('20 0 * * *', 'America/Santiago', aroundDay('2027-09-05')).map(toMinute)).toContain(
      '2027-09-05T04:00',
    )
    expect(
      slotsBetween('0 12 * * *', 'Pacific/Apia', ['2011-12-29T23:00:00Z', '2011-12-31T00:00:00Z']).map(
        toMinute,
      ),
    ).toEqual(['2011-12-30T10:00', '2011-12-30T22:00'])
  })
})

describe('createSlotFinder', () => {
  it.each(ZONES)('gives the last slot where the next one was, in %s', (timezone) => {
    for (const expression of [...SPARSE, '*/30 */3 * * *']) {
      const slotsAround = createSlotFinder()
      for (let atMs = Date.parse(YEAR[0]); atMs < Date.parse(YEAR[1]); ) {
        const { nextMs } = slotsAround({ expression, timezone }, atMs)
        if (nextMs === null) break
        // asked anew, so that nothing comes from memory
        const fresh = createSlotFinder()
        expect(fresh({ expression, timezone }, nextMs).lastMs).toBe(nextMs)
        expect(fresh({ expression, timezone }, nextMs + HOUR_MS / 7).lastMs).toBeGreaterThanOrEqual(nextMs)
        expect(createSlotFinder()({ expression, timezone }, nextMs - 1).lastMs).toBeLessThan(nextMs)
        atMs = nextMs + 20 * DAY_MS
      }
    }
  })

  it('answers again when the clock is set back', () => {
    const slotsAround = createSlotFinder()
    const hourly = { expression: '0 * * * *', timezone: 'UTC' }
    const at = (time: string) => slotsAround(hourly, Date.parse(time))
    expect(at('2027-01-02T10:30:00Z').lastMs).toBe(Date.parse('2027-01-02T10:00:00Z'))
    expect(at('2027-01-01T10:30:00Z').lastMs).toBe(Date.parse('2027-01-01T10:00:00Z'))
    expect(at('2027-01-01T11:00:00Z').lastMs).toBe(Date.parse('2027-01-01T11:00:00Z'))
  })

  it('gives the leap day to a schedule of that day, and none to one whose day never comes', () => {
    const slotsAround = createSlotFinder()
    const nowMs = Date.parse('2027-06-01T00:00:00Z')
    const leap = slotsAround({ expression: '0 0 29 2 *', timezone: 'UTC' }, nowMs)
    expect(leap).toEqual({ lastMs: Date.UTC(2024, 1, 29), nextMs: Date.UTC(2028, 1, 29) })
    expect(slotsAround({ expression: '0 0 L-30 2 *', timezone: 'UTC' }, nowMs)).toEqual({
      lastMs: null,
      nextMs: null,
    })
  })

  it('answers a question that was answered before without looking', () => {
    const slotsAround = createSlotFinder()
    const schedule = { expression: '0 0 L-30 2 *', timezone: 'Europe/Berlin' }
    const first = slotsAround(schedule, 0)
    expect(slotsAround(schedule, HOUR_MS)).toBe(first)
  })
})

function aroundDay(day: string): readonly [string, string] {
  const noonMs = Date.parse(`${day}T12:00:00Z`)
  return [new Date(noonMs - 36 * HOUR_MS).toISOString(), new Date(noonMs + 36 * HOUR_MS).toISOString()]
}

function toMinute(slot: string): string {
  return slot.slice(0, 16)
}
