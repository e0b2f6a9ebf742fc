import { describe, expect, it } from 'vitest'
import { timeZone, toLocalMs } from '../../src/lib/time-zone.js'

const HOUR_MS = 3_600_000

describe('timeZone', () => {
  it('has a span for each stretch of equal offset', () => {
    const zone = timeZone('Europe/Berlin')
    expect(zone.spanAt(Date.parse('2027-06-01T00:00:00Z'))).toEqual({
      fromMs: Date.parse('2027-03-28T01:00:00Z'),
      untilMs: Date.parse('2027-10-31T01:00:00Z'),
      offsetMs: 2 * HOUR_MS,
    })
  })

  it('has offsets that are no whole hours', () => {
    expect(timeZone('Asia/Kathmandu').spanAt(0).offsetMs).toBe(5.5 * HOUR_MS)
    expect(timeZone('Asia/Kathmandu').spanAt(Date.UTC(2027, 0)).offsetMs).toBe(5.75 * HOUR_MS)
    expect(timeZone('Australia/Lord_Howe').spanAt(Date.UTC(2027, 6)).offsetMs).toBe(10.5 * HOUR_MS)
  })

  it('sees both changes of a month that interrupts the summer', () => {
    const zone = timeZone('Africa/Casablanca')
    const months = ['2027-02-06', '2027-02-08', '2027-03-13', '2027-03-15']
    expect(months.map((day) => zone.spanAt(Date.parse(day)).offsetMs / HOUR_MS)).toEqual([1, 0, 0, 1])
  })

  it('agrees with the clock of the machine all year, in every zone that it knows', () => {
    const hours = [0, 1234, 2345, 3456, 4567, 5678, 6789, 7890]
    for (const name of Intl.supportedValuesOf('timeZone').filter((_, index) => index % 10 === 0)) {
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: name,
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      for (const hour of hours) {
        const instantMs = Date.UTC(2027, 0) + hour * HOUR_MS
        const shown = new Date(toLocalMs(timeZone(name), instantMs)).toISOString().slice(0, 19)
        expect(`${name} ${shown.replace('T', ' ')}`).toBe(`${name} ${format.format(instantMs)}`)
      }
    }
  })

  it('refuses what is no zone', () => {
    expect(() => timeZone('Mars/Olympus')).toThrow(RangeError)
  })
})
