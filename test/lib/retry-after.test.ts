import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../src/lib/retry-after.js'

const limits = { nowMs: Date.parse('2026-11-24T10:00:00Z'), maxMs: 86_400_000 }

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['no seconds at all', '0', 0],
    ['a fraction', '1.5', 1_500],
    ['blanks around', ' 7 ', 7_000],
    ['the usual date', 'Tue, 24 Nov 2026 10:01:00 GMT', 60_000],
    ['the date of RFC 850', 'Tuesday, 24-Nov-26 10:00:30 GMT', 30_000],
    ['the date of asctime', 'Tue Nov 24 10:00:05 2026', 5_000],
    ['a date that is over', 'Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['more than the limit', '900000', 86_400_000],
    ['a number beyond all numbers', '9'.repeat(400), 86_400_000],
    ['a date in a hundred years', 'Sat, 24 Nov 2126 10:00:00 GMT', 86_400_000],
  ])('takes %s', (_, text, waitMs) => {
    expect(parseRetryAfter(text, limits)).toBe(waitMs)
  })

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['a word', 'soon'],
    ['a word with a number, which Date.parse takes for a year', 'in 5'],
    ['a negative number', '-5'],
    ['seconds in another notation', '1e3'],
    ['a date of another zone', 'Tue, 24 Nov 2026 10:01:00 CET'],
    ['a date of ISO 8601', '2026-11-24T10:01:00Z'],
    ['a day that no month has', 'Tue, 99 Nov 2026 10:01:00 GMT'],
  ])('makes nothing of %s', (_, text) => {
    expect(parseRetryAfter(text, limits)).toBeNull()
  })
})
