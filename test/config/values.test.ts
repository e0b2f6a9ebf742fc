import { describe, expect, it } from 'vitest'
import { pathGlobProblem } from '../../src/config/values/glob.js'
import { parseDuration } from '../../src/config/values/parse-duration.js'
import { parseWindow } from '../../src/config/values/window.js'

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['3d', 259_200_000],
    ['3650d', 315_360_000_000],
    ['3651d', null],
    ['0s', null],
    ['-5m', null],
    ['5', null],
    ['1.5h', null],
    ['5 m', null],
    ['5M', null],
    ['', null],
  ])('%j is %j ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })
})

describe('parseWindow', () => {
  it('reads days, times and zone', () => {
    expect(parseWindow('Mon-Wed,Sat 08:30-24:00 Europe/Berlin')).toEqual({
      days: [1, 2, 3, 6],
      fromMinute: 510,
      toMinute: 1440,
      timezone: 'Europe/Berlin',
    })
  })

  it('goes round the end of the week and of the day', () => {
    expect(parseWindow('Fri-Mon 22:00-06:00')).toEqual({
      days: [0, 1, 5, 6],
      fromMinute: 1320,
      toMinute: 360,
      timezone: 'UTC',
    })
  })

  it.each([
    '',
    'Mon',
    'Mon 8-18',
    'Mon 25:00-26:00',
    'Mon 08:60-09:00',
    'Mon 08:00-08:00',
    'Mon 24:00-24:00',
    'Foo 08:00-18:00',
    'Mon-Tue-Wed 08:00-18:00',
    'Mon 08:00-18:00 Nowhere',
    'Mon 08:00-18:00 +02:00',
  ])('refuses %j', (text) => {
    expect(parseWindow(text)).toBeNull()
  })
})

describe('pathGlobProblem', () => {
  it.each(['(a+)+$', '+(a|a)*', '[a-z]', '/etc/**', '../**', 'x'.repeat(300), '!', '', '{a,b}'.repeat(7)])(
    'refuses %j',
    (glob) => {
      expect(pathGlobProblem(glob)).not.toBeNull()
    },
  )
})
