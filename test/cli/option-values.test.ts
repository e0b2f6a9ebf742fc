import { describe, expect, it } from 'vitest'
import { parseDayToCome, parseLine } from '../../src/cli/option-values.js'

describe('parseLine', () => {
  it('takes one line, without the space around it', () => {
    expect(parseLine('  ticket 4711 – known ')).toBe('ticket 4711 – known')
  })

  it.each(['', '   ', 'a\nb', 'a\u001b[2J', 'x'.repeat(1_001)])('refuses %j', (text) => {
    expect(() => parseLine(text)).toThrow('must be one line of 1 to 1000 characters')
  })
})

describe('parseDayToCome', () => {
  it('takes a day to come, today included', () => {
    const today = new Date().toISOString().slice(0, 10)
    expect(parseDayToCome(today)).toBe(today)
    expect(parseDayToCome('2999-02-28')).toBe('2999-02-28')
  })

  it.each(['', 'tomorrow', '2999-2-1', '2999-02-30', '2999-13-01', '2999-01-01T00:00:00Z'])(
    'refuses %j, which is no day',
    (text) => {
      expect(() => parseDayToCome(text)).toThrow('must be a day such as 2027-03-31')
    },
  )

  it('refuses a day that is over', () => {
    expect(() => parseDayToCome('2026-01-01')).toThrow('is over already')
  })
})
