import { describe, expect, it } from 'vitest'
import { createLabelLimits } from '../../src/schedule/label-limits.js'
import { buildScheduledStack } from '../helpers/scheduler-lab.js'

const stacks = [
  buildScheduledStack('a1', { labels: { account: '1', team: 'x' } }),
  buildScheduledStack('a2', { labels: { account: '1', team: 'y' } }),
  buildScheduledStack('a3', { labels: { account: '1', team: 'y' } }),
  buildScheduledStack('b1', { labels: { account: '2', team: 'x' } }),
  buildScheduledStack('free'),
]

describe('createLabelLimits', () => {
  const limits = createLabelLimits(stacks, { account: 2, team: 1 })
  const blocked = (running: readonly string[], throttled: readonly string[] = []) =>
    [...limits.blockedBeside(running, throttled)].sort()

  it('blocks nothing while no value is at its limit', () => {
    expect(blocked([])).toEqual([])
    expect(blocked(['free'])).toEqual([])
    expect([...createLabelLimits(stacks, {}).blockedBeside(['a1', 'a2', 'a3'], ['a1'])]).toEqual([])
  })

  it('blocks all stacks of a value that is at its limit, by any label', () => {
    expect(blocked(['a1'])).toEqual(['a1', 'b1'])
    expect(blocked(['a1', 'a2'])).toEqual(['a1', 'a2', 'a3', 'b1'])
  })

  it('lets those go one by one of which one was throttled', () => {
    expect(blocked(['a2'], ['a3'])).toEqual(['a1', 'a2', 'a3'])
    expect(blocked([], ['a3'])).toEqual([])
  })
})
