import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MOST_RSS_MIB, MOST_TICK_MS, runScheduleLoad } from '../../bench/schedule.js'

describe('a scheduler with 10,000 stacks', () => {
  it('loses no slot, runs none twice, and costs little', async ({ task }) => {
    const folder = await mkdtemp(join(tmpdir(), 'driftd-prove-'))
    try {
      const signal = new AbortController().signal
      const env = { PATH: process.env.PATH ?? '' }
      const report = await runScheduleLoad({ folder, env, signal })
      const { scans, tickCpu, peakRssMiB } = report
      expect(report).toMatchObject({ lost: 0, twice: 0, skipped: 0, overLimit: 0, errors: 0 })
      expect(scans).toBe(20_000)
      // CPU: other work on the machine is no cost of ours
      expect(tickCpu.p99Ms).toBeLessThanOrEqual(MOST_TICK_MS)
      expect(peakRssMiB).toBeLessThanOrEqual(MOST_RSS_MIB)
      const figures = [
        `${scans} scans`,
        `99 of 100 ticks at most ${tickCpu.p99Ms.toFixed(1)} ms of CPU`,
        `${peakRssMiB.toFixed(0)} MiB`,
      ]
      Object.assign(task.meta, { proof: figures.join(', ') })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
