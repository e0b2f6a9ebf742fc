import { describe, expect, it } from 'vitest'
import { channelPauseMs, decideRetry, type RetryRequest } from '../../src/alert/back-off.js'
import { DAY_MS, HOUR_MS, NOW_MS } from '../helpers/build-alert.js'

const retry = (overrides: Partial<RetryRequest>): number | null => {
  const request = { attempts: 1, retryAfterMs: null, nowMs: NOW_MS, giveUpAtMs: NOW_MS + DAY_MS, random: 0.5 }
  const atMs = decideRetry({ ...request, ...overrides })
  return atMs === null ? null : atMs - NOW_MS
}

describe('decideRetry', () => {
  it.each([
    [1, 15_000],
    [2, 30_000],
    [5, 240_000],
    [9, HOUR_MS],
    [1_000, HOUR_MS],
  ])('after %i attempts waits %i ms', (attempts, ms) => {
    expect(retry({ attempts })).toBe(ms)
  })

  it('spreads what failed together', () => {
    expect(retry({ random: 0 })).toBe(11_250)
    expect(retry({ random: 1 })).toBe(18_750)
  })

  it.each([
    [120_000, 120_000],
    [0, 1_000],
    [-5, 1_000],
    [400 * DAY_MS, 6 * HOUR_MS],
  ])('asked to come back in %i ms, comes in %i', (retryAfterMs, ms) => {
    expect(retry({ retryAfterMs })).toBe(ms)
  })

  it('tries a last time when the time is over, and then no more', () => {
    expect(retry({ attempts: 20, giveUpAtMs: NOW_MS + 5_000 })).toBe(5_000)
    expect(retry({ giveUpAtMs: NOW_MS })).toBeNull()
  })
})

describe('channelPauseMs', () => {
  it.each([
    [1, null, 0],
    [2, null, 15_000],
    [3, null, 30_000],
    [50, null, 300_000],
    [1, 30_000, 30_000],
    [1, 400 * DAY_MS, 6 * HOUR_MS],
  ])('after %i failures, asked for %s: %i ms', (failures, retryAfterMs, ms) => {
    expect(channelPauseMs(failures, retryAfterMs, 0.5)).toBe(ms)
  })
})
