import { describe, expect, it } from 'vitest'
import { isStale } from '../../src/domain/stack-status.js'

const NOW_MS = Date.parse('2026-11-20T12:00:00.000Z')
const HOUR_MS = 3_600_000

describe('isStale', () => {
  it('is true for a stack that never had a good scan', () => {
    expect(isStale(null, HOUR_MS, NOW_MS)).toBe(true)
  })

  it('is true only beyond the maximum age', () => {
    expect(isStale('2026-11-20T11:00:00.000Z', HOUR_MS, NOW_MS)).toBe(false)
    expect(isStale('2026-11-20T10:59:59.999Z', HOUR_MS, NOW_MS)).toBe(true)
  })
})
