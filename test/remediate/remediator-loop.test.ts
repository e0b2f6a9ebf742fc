import { beforeEach, describe, expect, it } from 'vitest'
import type { Clock, Timer } from '../../src/lib/clock.js'
import type { LogFields, Logger } from '../../src/lib/logger.js'
import type { Remediator } from '../../src/remediate/remediator.js'
import { createRemediatorLoop, type RemediatorSignals } from '../../src/remediate/remediator-loop.js'

const MINUTE_MS = 60_000

/** A clock that goes on only when it is told to. */
class SteppedClock implements Clock, Timer {
  #nowMs = 0
  #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()

  now = (): Date => new Date(this.#nowMs)
  monotonicMs = (): number => this.#nowMs

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper = { until: this.#nowMs + durationMs, wake: resolve }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper)
        resolve()
      })
    })
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#nowMs) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
    await settle()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

let clock: SteppedClock
let looks: string[]
let logged: (readonly [string, LogFields | undefined])[]

beforeEach(() => {
  clock = new SteppedClock()
  looks = []
  logged = []
})

function create(
  advance: (repository: string, signals: RemediatorSignals) => Promise<void> = async (repository) => {
    looks.push(repository)
  },
): Remediator {
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (event, fields) => void logged.push([event, fields]),
  }
  return createRemediatorLoop({ clock, log, repositories: ['infra', 'edge'], advance })
}

describe('a remediator', () => {
  it('looks at every repository at once, and then every ten minutes', async () => {
    const remediator = create()
    remediator.start()
    remediator.start()
    await settle()
    expect(looks.sort()).toEqual(['edge', 'infra'])
    await clock.advance(9 * MINUTE_MS)
    expect(looks).toHaveLength(2)
    await clock.advance(MINUTE_MS)
    expect(looks).toHaveLength(4)
    await remediator.stop(null)
  })

  it('looks when it is nudged, but not oftener than every half minute', async () => {
    const remediator = create()
    remediator.start()
    await settle()
    looks = []
    remediator.nudge('infra')
    remediator.nudge('nobody')
    await settle()
    expect(looks).toEqual([])
    await clock.advance(MINUTE_MS / 2)
    expect(looks).toEqual(['infra'])
    await clock.advance(MINUTE_MS)
    remediator.nudge('infra')
    await settle()
    expect(looks).toEqual(['infra', 'infra'])
    await remediator.stop(null)
  })

  it('keeps no repository waiting for another one', async () => {
    let end = (): void => undefined
    const remediator = create(async (repository) => {
      looks.push(repository)
      if (repository === 'infra')
        await new Promise<void>((resolve) => {
          end = resolve
        })
    })
    remediator.start()
    await clock.advance(10 * MINUTE_MS)
    await clock.advance(10 * MINUTE_MS)
    expect(looks.filter((name) => name === 'infra')).toHaveLength(1)
    expect(looks.filter((name) => name === 'edge')).toHaveLength(3)
    end()
    await remediator.stop(null)
  })

  it('logs what goes wrong, and goes on', async () => {
    const remediator = create(() => Promise.reject(new Error('no network')))
    remediator.start()
    await settle()
    expect(logged).toHaveLength(2)
    await clock.advance(10 * MINUTE_MS)
    expect(logged).toHaveLength(4)
    await remediator.stop(null)
  })

  it('waits for what is carried out when it stops, and urges it only after its grace', async () => {
    const aborted: string[] = []
    const remediator = create(async (repository, { signal, applySignal }) => {
      if (repository !== 'infra') return
      signal.addEventListener('abort', () => aborted.push('plan'))
      await new Promise<void>((resolve) => {
        applySignal.addEventListener('abort', () => {
          aborted.push('apply')
          resolve()
        })
      })
    })
    remediator.start()
    await settle()
    const stopped = remediator.stop(15_000)
    await settle()
    expect(aborted).toEqual(['plan'])
    await clock.advance(15_000)
    expect(aborted).toEqual(['plan', 'apply'])
    await stopped
    await remediator.stop(null)
  })

  it('waits for what is carried out as long as it takes, until it is told to hurry', async () => {
    let isUrged = false
    const remediator = create(async (repository, { applySignal }) => {
      if (repository !== 'infra') return
      await new Promise<void>((resolve) => applySignal.addEventListener('abort', () => resolve()))
      isUrged = true
    })
    remediator.start()
    await settle()
    const stopped = remediator.stop(null)
    await clock.advance(60 * MINUTE_MS)
    expect(isUrged).toBe(false)
    const hurried = remediator.stop(5_000)
    await clock.advance(4_000)
    expect(isUrged).toBe(false)
    await clock.advance(1_000)
    await Promise.all([stopped, hurried])
    expect(isUrged).toBe(true)
  })
})
