import { describe, expect, it } from 'vitest'
import { describeIgnoreEntry, ignoreRulesFor } from '../../src/config/ignore-rules.js'
import type { IgnoreEntry } from '../../src/config/sections/ignore.js'
import { applyIgnoreRules } from '../../src/domain/ignore-rule.js'
import { buildRecord } from '../helpers/build-record.js'

function entry(match: IgnoreEntry['match'], rest: Partial<IgnoreEntry> = {}): IgnoreEntry {
  return { match, reason: 'on purpose', owner: 'platform', until: '2027-03-31', ...rest }
}

describe('ignoreRulesFor', () => {
  it('keeps the rules that are about a stack, by the name it has inside its repository', () => {
    const entries = [entry({ stack: ['prod/*'] }), entry({ address: ['*'] }), entry({ stack: ['dev/**'] })]
    const about = (name: string) => ignoreRulesFor(entries, name).map(({ match }) => match)
    expect(about('prod/network')).toEqual(['stack prod/*', 'address *'])
    expect(about('prod/eu/network')).toEqual(['address *'])
    expect(about('dev/eu/network')).toEqual(['address *', 'stack dev/**'])
  })

  it.each([
    [{ address: ['aws_vpc.*'] }, true],
    [{ address: ['aws_subnet.*', 'aws_vpc.main'] }, true],
    [{ address: ['aws_subnet.*'] }, false],
    [{ path: ['tags'] }, true],
    [{ path: ['tags.Owner'] }, true],
    [{ path: ['tags.Name'] }, false],
    [{ kind: ['changed' as const] }, true],
    [{ host: ['*'] }, false],
  ])('%j: %s', (match, expected) => {
    const { records } = applyIgnoreRules([buildRecord()], ignoreRulesFor([entry(match)], 'a'), '2026-11-24')
    expect(records[0]?.ignored !== undefined).toBe(expected)
  })
})

describe('describeIgnoreEntry', () => {
  it('gives one key to what matches the same, whatever the reason and the date', () => {
    const match = { stack: ['prod/*'], address: ['a', 'b'], kind: ['changed' as const] }
    const one = describeIgnoreEntry(entry(match))
    expect(one).toEqual(describeIgnoreEntry(entry(match, { reason: 'other', until: '2028-01-01' })))
    expect(one.match).toBe('stack prod/*, address a or b, kind changed')
    expect(one.key).not.toBe(describeIgnoreEntry(entry({ ...match, address: ['a or b'] })).key)
    expect(one.key).not.toBe(describeIgnoreEntry(entry({ host: ['prod/*'] })).key)
  })
})
