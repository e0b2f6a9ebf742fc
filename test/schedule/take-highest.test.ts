import { describe, expect, it } from 'vitest'
import { takeHighest } from '../../src/schedule/take-highest.js'

describe('takeHighest', () => {
  it('takes the same as a stable sort would', () => {
    let seed = 7
    const items = Array.from({ length: 500 }, (_, index) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return { index, score: seed % 50 }
    })
    for (const count of [0, 1, 10, 499, 500, 600]) {
      const sorted = items.toSorted((a, b) => b.score - a.score).slice(0, count)
      expect(takeHighest(items, count, ({ score }) => score)).toEqual(sorted)
    }
  })
})
