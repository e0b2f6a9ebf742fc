import { describe, expect, it } from 'vitest'
import type { Comparison } from '../../bench/compare.js'
import { median } from '../../bench/measure.js'
import { judge, renderComparison } from '../../bench/performance-table.js'

describe('judge', () => {
  it.each([
    [0.69, 0.7, 'reaches the aim of 0.70'],
    [0.75, 0.7, 'reaches at most 0.80, not the aim of 0.70'],
    [0.81, 0.7, '**wall: 0.81 falls short of at most 0.80.**'],
    [0.75, null, 'reaches at most 0.80'],
  ])('says of a ratio of %d with the aim %s: %s', (wallRatio, aim, sentence) => {
    expect(judge(buildComparison({ wallRatio }), { wall: 0.8, cpu: null, aim })).toContain(sentence)
  })

  it('judges CPU apart from wall', () => {
    const sentence = judge(buildComparison({ wallRatio: 0.5, cpuRatio: 0.9 }), {
      wall: 0.8,
      cpu: 0.8,
      aim: null,
    })
    expect(sentence).toContain('CPU: 0.90 falls short')
    expect(sentence).toContain('wall: 0.50 reaches')
  })
})

describe('renderComparison', () => {
  it('shows medians and the wall of each round', () => {
    const cost = (wallMs: number) => ({ wallMs, cpuMs: wallMs * 2, exitCode: 0, stdout: '' })
    const comparison = buildComparison({
      loop: [cost(10_000), cost(30_000), cost(20_000)],
      driftd: [cost(5_000)],
    })
    const table = renderComparison(comparison, { wall: 0.8, cpu: 0.8, aim: null }, 'the loop')
    expect(table).toContain('| the loop | 20.0 s | 40.0 s | 10.0, 30.0, 20.0 |')
    expect(table).toContain('| `driftd scan`, repeated | 5.0 s | 10.0 s | 5.0 |')
  })
})

describe('median', () => {
  it('takes the middle value, or the mean of the middle two', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
  })
})

function buildComparison(parts: Partial<Comparison>): Comparison {
  return { loop: [], driftd: [], wallRatio: 1, cpuRatio: 1, ...parts }
}
