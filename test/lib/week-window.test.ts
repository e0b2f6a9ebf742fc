import { describe, expect, it } from 'vitest'
import { parseWindow } from '../../src/config/values/window.js'
import { isWithin, nextOpening } from '../../src/lib/week-window.js'

function windows(...texts: readonly string[]) {
  return texts.map((text) => {
    const window = parseWindow(text)
    if (window === null) throw new Error(`${text} is no window`)
    return window
  })
}

const WORK = 'Mon-Fri 08:00-18:00 Europe/Berlin'

describe('isWithin', () => {
  // 2027-01-04 is a Monday
  it.each([
    [WORK, '2027-01-04T06:59:59Z', false],
    [WORK, '2027-01-04T07:00:00Z', true],
    [WORK, '2027-01-04T16:59:59Z', true],
    [WORK, '2027-01-04T17:00:00Z', false],
    [WORK, '2027-01-09T10:00:00Z', false],
    [WORK, '2027-07-05T06:00:00Z', true],
    ['Fri 22:00-06:00', '2027-01-08T22:00:00Z', true],
    ['Fri 22:00-06:00', '2027-01-09T05:59:00Z', true],
    ['Fri 22:00-06:00', '2027-01-09T06:00:00Z', false],
    ['Fri 22:00-06:00', '2027-01-08T05:00:00Z', false],
    ['daily 00:00-24:00', '2027-01-09T23:59:59Z', true],
    ['Sat 22:00-00:00', '2027-01-09T23:59:59Z', true],
    ['Sat 22:00-00:00', '2027-01-10T00:00:00Z', false],
    ['Sat,Sun 00:00-24:00 Pacific/Auckland', '2027-01-08T12:00:00Z', true],
  ])('%s at %s: %s', (text, at, expected) => {
    expect(isWithin(windows(text), Date.parse(at))).toBe(expected)
  })

  it('is true where one of several holds, and never without any', () => {
    const at = Date.parse('2027-01-09T10:00:00Z')
    expect(isWithin(windows(WORK, 'Sat 10:00-11:00'), at)).toBe(true)
    expect(isWithin([], at)).toBe(false)
  })
})

describe('nextOpening', () => {
  it.each([
    [WORK, '2027-01-04T10:00:00Z', '2027-01-04T10:00:00Z'],
    [WORK, '2027-01-04T17:00:00Z', '2027-01-05T07:00:00Z'],
    [WORK, '2027-01-08T17:00:00Z', '2027-01-11T07:00:00Z'],
    // over the change of the clocks
    [WORK, '2027-03-26T17:00:00Z', '2027-03-29T06:00:00Z'],
    ['Fri 22:00-06:00', '2027-01-09T06:00:00Z', '2027-01-15T22:00:00Z'],
    // 02:30 is left out: the window opens with the first instant after the gap, while it lasts
    ['Sun 02:30-04:00 Europe/Berlin', '2027-03-28T00:00:00Z', '2027-03-28T01:00:00Z'],
    ['Sun 02:00-02:45 Europe/Berlin', '2027-03-28T00:00:00Z', '2027-04-04T00:00:00Z'],
    // 02:30 comes twice, and so does the window
    ['Sun 02:30-02:45 Europe/Berlin', '2027-10-31T00:46:00Z', '2027-10-31T01:30:00Z'],
  ])('%s after %s is %s', (text, at, expected) => {
    expect(nextOpening(windows(text), Date.parse(at))).toBe(Date.parse(expected))
  })

  it('is that of the window that opens first, and none without any', () => {
    const at = Date.parse('2027-01-08T17:00:00Z')
    expect(nextOpening(windows(WORK, 'Sat 10:00-11:00'), at)).toBe(Date.parse('2027-01-09T10:00:00Z'))
    expect(nextOpening([], at)).toBeNull()
  })
})
