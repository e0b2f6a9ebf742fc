import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/domain/errors.js'
import { decideAfterFailure, LONGEST_HOLD_BACK_MS, recallHoldBack } from '../../src/schedule/breaker.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

function afterFailures(consecutiveFailures: number, code: ErrorCode, stack = 'a') {
  return decideAfterFailure({ stack, consecutiveFailures, code, failedAtMs: 0 })
}

describe('decideAfterFailure', () => {
  it('tries again three times what may pass by itself', () => {
    const retries = [1, 2, 3, 4].map((times) => afterFailures(times, 'ENDPOINT_UNREACHABLE').retryAtMs)
    expect(retries).toEqual([MINUTE_MS, 3 * MINUTE_MS, 9 * MINUTE_MS, null])
  })

  it('waits for the next slot where a retry changes nothing', () => {
    expect(afterFailures(1, 'CONFIGURATION_INVALID')).toEqual({ holdBack: null, retryAtMs: null })
  })

  it('tries rarely what failed five times, and once a day what goes on failing', () => {
    const hours = [4, 5, 6, 7, 8, 9, 10, 50, 5_000].map((times) => {
      const { holdBack, retryAtMs } = afterFailures(times, 'CONFIGURATION_INVALID')
      expect(retryAtMs).toBeNull()
      return holdBack === null ? null : [holdBack.reason, holdBack.untilMs / HOUR_MS]
    })
    expect(hours).toEqual([null, ...[1, 2, 4, 8, 16, 24, 24, 24].map((duration) => ['failing', duration])])
  })

  it('waits longer each time it was throttled, and tries again by itself', () => {
    const minutes = [1, 2, 3, 20].map((times) => {
      const { holdBack, retryAtMs } = afterFailures(times, 'THROTTLED')
      expect(holdBack).toEqual({ reason: 'throttled', untilMs: retryAtMs })
      return (retryAtMs ?? 0) / MINUTE_MS
    })
    for (const [index, least] of [5, 10, 20, 360].entries()) {
      expect(minutes[index]).toBeGreaterThanOrEqual(least)
      expect(minutes[index]).toBeLessThanOrEqual(least * 1.5)
    }
  })

  it('brings stacks back apart from each other that were throttled together', () => {
    expect(afterFailures(1, 'THROTTLED', 'a').retryAtMs).not.toBe(
      afterFailures(1, 'THROTTLED', 'b').retryAtMs,
    )
  })

  it('never holds back for longer than it says', () => {
    for (const code of ['THROTTLED', 'INTERNAL'] as const) {
      for (let times = 1; times < 40; times += 1) {
        expect(afterFailures(times, code).holdBack?.untilMs ?? 0).toBeLessThanOrEqual(LONGEST_HOLD_BACK_MS)
      }
    }
  })
})

describe('recallHoldBack', () => {
  it('takes many failures for a stack that fails, few for one that was throttled', () => {
    expect(recallHoldBack(2, 7)).toEqual({ reason: 'throttled', untilMs: 7 })
    expect(recallHoldBack(5, 7)).toEqual({ reason: 'failing', untilMs: 7 })
  })
})
