import { describe, expect, it } from 'vitest'
import { checkRules } from '../../../src/cli/doctor/check-rules.js'
import type { KnownIgnoreRule } from '../../../src/store/drift-store.js'

const NOW = '2026-11-24T10:00:00.000Z'

function rule(overrides: Partial<KnownIgnoreRule> = {}): KnownIgnoreRule {
  const known = { repository: 'infra', key: 'k', match: 'stack a', reason: 'known', owner: 'platform' }
  return {
    ...known,
    until: '2027-03-31',
    since: '2026-01-01T00:00:00.000Z',
    hits: 1,
    lastHitAt: NOW,
    ...overrides,
  }
}

describe('the ignore rules', () => {
  it('are nothing to speak of where there are none, and all right where each does its work', () => {
    expect(checkRules([], NOW)).toEqual([])
    expect(checkRules([rule()], NOW)).toMatchObject([{ state: 'ok', detail: '1, all of them in force' }])
  })

  it('are told of where they accept nothing any more', () => {
    const rules = [
      rule(),
      rule({ until: '2026-11-23' }),
      rule({ lastHitAt: null }),
      rule({ lastHitAt: null }),
    ]
    expect(checkRules(rules, NOW)).toEqual([
      {
        area: 'configuration',
        what: 'ignore rules',
        state: 'warning',
        detail: '1 ignore rule has expired, 2 ignore rules matched nothing for 30 days',
        fix: 'driftd ignore --list',
      },
    ])
  })
})
