import { describe, expect, it } from 'vitest'
import type { Drift } from '../../../src/domain/drift.js'
import { explainDrift } from '../../../src/lib/text/drift-words.js'
import { minuteText, spanText, timeText } from '../../../src/lib/text/time-text.js'
import { buildDrift } from '../../helpers/build-drift.js'

const AT = '2026-11-24T10:17:00.000Z'
const BY = { by: 'alice\u001b', reason: 'known', at: AT, contentHash: 'hmac:00' }

describe('explainDrift', () => {
  const rows: readonly (readonly [Partial<Drift>, readonly string[]])[] = [
    [{}, ['open since 2026-11-20 10:17:00 UTC']],
    [
      { state: 'unconfirmed', openedAt: null, seenInRow: 2 },
      ['not confirmed yet: seen since 2026-11-20 10:17:00 UTC, in 2 scans in a row'],
    ],
    [
      { state: 'acknowledged', acknowledgement: BY },
      [
        'open since 2026-11-20 10:17:00 UTC',
        'acknowledged by alice\\u001b at 2026-11-24 10:17:00 UTC: known',
      ],
    ],
    [{ state: 'ignored', acknowledgement: BY }, ['seen since 2026-11-20 10:17:00 UTC']],
    [
      { state: 'resolved', resolvedAt: AT, resolution: 'adopted' },
      ['resolved at 2026-11-24 10:17:00 UTC: the code took it over'],
    ],
    [
      { isFlapping: true, reopenedAt: [AT, AT, AT] },
      ['open since 2026-11-20 10:17:00 UTC', 'comes and goes: it came back 3 times lately'],
    ],
    [
      { isQuarantined: true },
      [
        'open since 2026-11-20 10:17:00 UTC',
        'quarantined: its content is another one in every scan, and changes are not told',
      ],
    ],
  ]
  it.each(rows)('of %j', (overrides, texts) => {
    expect(explainDrift(buildDrift(overrides))).toEqual(texts)
  })
})

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [20_700_000, '5 h 45 min'],
    [86_400_000, '1 d'],
    [266_400_000, '3 d 2 h'],
  ])('%i ms are %s', (spanMs, text) => {
    expect(spanText(spanMs)).toBe(text)
  })

  it('are without parts of a second, in UTC', () => {
    expect(timeText(AT)).toBe('2026-11-24 10:17:00 UTC')
    expect(minuteText(AT)).toBe('2026-11-24 10:17 UTC')
  })
})
