import { describe, expect, it } from 'vitest'
import { decideStopTimes } from '../../src/daemon/stop-times.js'

describe('decideStopTimes', () => {
  it('gives scans what is left of the grace once engines have had time to stop', () => {
    expect(decideStopTimes(25_000)).toEqual({ waitMs: 15_000, killAfterMs: 22_500 })
  })

  it('gives engines half of a short grace', () => {
    expect(decideStopTimes(4_000)).toEqual({ waitMs: 2_000, killAfterMs: 3_600 })
  })

  it('lets no scan go on where there is no grace, and still does not wait for ever', () => {
    expect(decideStopTimes(0)).toEqual({ waitMs: 0, killAfterMs: 10_000 })
  })
})
