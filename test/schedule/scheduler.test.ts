import { describe, expect, it } from 'vitest'
import {
  buildScheduledStack,
  failedWith,
  IN_SYNC,
  type SchedulerLab,
  startSchedulerLab,
} from '../helpers/scheduler-lab.js'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('createScheduler', () => {
  it('scans a new stack at once, and then at each slot', async () => {
    const lab = startSchedulerLab({
      at: '2027-01-01T10:07:00Z',
      stacks: [buildScheduledStack('a')],
      outcome: () => IN_SYNC,
    })
    await lab.clock.advance(3 * HOUR_MS)
    expect(scansOf(lab)).toEqual([
      ['a', 'first', '10:07:00'],
      ['a', 'schedule', '11:00:00'],
      ['a', 'schedule', '12:00:00'],
      ['a', 'schedule', '13:00:00'],
    ])
    expect(lab.errors).toEqual([])
  })

  it('scans as many at once as there are slots, and the next ones as soon as one ends', async () => {
    const stacks = ['a', 'b', 'c'].map((name) => buildScheduledStack(name))
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks, slots: 2 })
    await lab.clock.advance(SECOND_MS)
    expect(lab.started.map(({ claim }) => claim.stack)).toEqual(['a', 'b'])
    lab.started[0]?.end()
    await lab.clock.advance(20)
    expect(lab.started.map(({ claim }) => claim.stack)).toEqual(['a', 'b', 'c'])
  })

  it('skips the slots of a stack whose scan still runs, and says so', async () => {
    const stacks = [buildScheduledStack('a', { expression: '*/10 * * * *' })]
    const lab = startSchedulerLab({ at: '2027-01-01T10:01:00Z', stacks })
    await lab.clock.advance(25 * MINUTE_MS)
    expect(lab.started).toHaveLength(1)
    expect(lab.events.filter(({ type }) => type === 'slot-skipped')).toEqual([
      { type: 'slot-skipped', stack: 'a', slot: '2027-01-01T10:10:00.000Z', reason: 'running' },
      { type: 'slot-skipped', stack: 'a', slot: '2027-01-01T10:20:00.000Z', reason: 'running' },
    ])
    lab.started[0]?.end()
    await lab.clock.advance(5 * MINUTE_MS)
    expect(scansOf(lab).slice(1)).toEqual([['a', 'schedule', '10:30:00']])
  })

  it('keeps claims alive while their scans run', async () => {
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks: [buildScheduledStack('a')] })
    await lab.clock.advance(10 * MINUTE_MS)
    expect(await lab.queue.depth('')).toMatchObject({ running: 1 })
    expect(lab.started[0]?.signal.aborted).toBe(false)
  })

  it('stops a scan that somebody else has taken over, and writes nothing of it', async () => {
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks: [buildScheduledStack('a')] })
    await lab.clock.advance(SECOND_MS)
    const later = new Date(lab.clock.now().getTime() + HOUR_MS).toISOString()
    const [other] = await lab.queue.claim({
      now: later,
      leaseUntil: later,
      limit: 1,
      busyStacks: [],
      owner: 'other',
    })
    await lab.clock.advance(MINUTE_MS)
    expect(lab.started[0]?.signal.aborted).toBe(true)
    expect(lab.events).toContainEqual({ type: 'lease-lost', stack: 'a' })
    expect(await lab.queue.stateOf(other?.id ?? '')).toBe('running')
  })

  it('waits for scans when it stops, then stops them and gives them back', async () => {
    const stacks = ['a', 'b'].map((name) => buildScheduledStack(name))
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks })
    await lab.clock.advance(SECOND_MS)
    const stopping = Promise.all([lab.scheduler.stop(10_000), lab.scheduler.stop(10_000)])
    lab.started[0]?.end()
    await lab.clock.advance(9_000)
    expect(lab.started.map(({ signal }) => signal.aborted)).toEqual([false, false])
    await lab.clock.advance(2_000)
    await stopping
    expect(lab.started.map(({ signal }) => signal.aborted)).toEqual([false, true])
    expect(lab.queue.waiting().map(({ stack }) => stack)).toEqual(['b'])
    expect(lab.clock.sleepers()).toBe(0)
    await lab.scheduler.stop(0)
  })

  it('goes on where another one was killed: what ran is scanned again, what was done is not', async () => {
    const stacks = ['a', 'b'].map((name) => buildScheduledStack(name))
    const lab = startSchedulerLab({ at: '2027-01-01T10:07:00Z', stacks })
    await lab.clock.advance(SECOND_MS)
    lab.started[0]?.end()
    await lab.clock.advance(SECOND_MS)
    const next = lab.restart()
    await next.clock.advance(MINUTE_MS)
    expect(next.started.map(({ claim }) => claim.stack)).toEqual(['b'])
  })

  it.each(['a downtime', 'a sleep of the machine'])(
    'catches up once per stack after %s, spread over some minutes',
    async (trouble) => {
      const stacks = ['a', 'b', 'c', 'd'].map((name) => buildScheduledStack(name))
      const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks, outcome: () => IN_SYNC })
      await lab.clock.advance(MINUTE_MS)
      lab.clock.step(8 * HOUR_MS)
      const next = trouble === 'a downtime' ? lab.restart() : lab
      await next.clock.advance(10 * MINUTE_MS)
      const scans = scansOf(next).slice(trouble === 'a downtime' ? 0 : stacks.length)
      expect(scans.map(([stack, trigger]) => `${stack} ${trigger}`).sort()).toEqual(
        ['a', 'b', 'c', 'd'].map((name) => `${name} catch-up`),
      )
      expect(new Set(scans.map(([, , at]) => at)).size).toBe(4)
    },
  )

  it('never scans more stacks of one label value than its limit', async () => {
    const stacks = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      buildScheduledStack(name, { labels: name === 'e' ? {} : { account: '1' } }),
    )
    const lab = startSchedulerLab({
      at: '2027-01-01T10:00:00Z',
      stacks,
      slots: 5,
      maxConcurrent: { account: 2 },
    })
    await lab.clock.advance(SECOND_MS)
    expect(lab.started.map(({ claim }) => claim.stack).sort()).toEqual(['a', 'b', 'e'])
    lab.started[0]?.end()
    await lab.clock.advance(SECOND_MS)
    expect(lab.started.map(({ claim }) => claim.stack).sort()).toEqual(['a', 'b', 'c', 'e'])
  })

  it('puts thousands into the queue at one slot within seconds, though scans take long', async () => {
    const stacks = Array.from({ length: 2_000 }, (_, index) => buildScheduledStack(`stack-${index}`))
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks, slots: 2 })
    await lab.clock.advance(3 * SECOND_MS)
    expect(await lab.queue.depth('')).toMatchObject({ waiting: 1_998, running: 2 })
  })

  it('writes down when a stack is scanned next, also when its schedule changes', async () => {
    const lab = startSchedulerLab({
      at: '2027-01-01T10:10:00Z',
      stacks: [buildScheduledStack('a')],
      outcome: () => IN_SYNC,
    })
    await lab.clock.advance(SECOND_MS)
    expect(lab.remembered.get('a')?.nextScanAt).toBe('2027-01-01T11:00:00.000Z')
    lab.scheduler.replaceStacks([buildScheduledStack('a', { expression: '30 * * * *' })])
    await lab.clock.advance(SECOND_MS)
    expect(lab.remembered.get('a')?.nextScanAt).toBe('2027-01-01T10:30:00.000Z')
    expect(lab.scheduler.nextScanAt('a')).toBe('2027-01-01T10:30:00.000Z')
    expect(lab.scheduler.nextScanAt('unknown')).toBeNull()
  })

  it('writes everything down before it has stopped, however much that is', async () => {
    const names = Array.from({ length: 600 }, (_, index) => `stack-${index}`)
    const stacks = names.map((name) => buildScheduledStack(name))
    const lab = startSchedulerLab({ at: '2027-01-01T10:10:00Z', stacks, outcome: () => IN_SYNC })
    await lab.clock.advance(5 * SECOND_MS)
    lab.scheduler.replaceStacks(names.map((name) => buildScheduledStack(name, { expression: '30 * * * *' })))
    const stopped = lab.scheduler.stop(10 * SECOND_MS)
    await lab.clock.advance(SECOND_MS)
    await stopped
    const times = names.map((name) => lab.remembered.get(name)?.nextScanAt)
    expect(new Set(times)).toEqual(new Set(['2027-01-01T10:30:00.000Z']))
  })

  it('takes new limits while it runs', async () => {
    const stacks = ['a', 'b', 'c'].map((name) => buildScheduledStack(name, { labels: { account: '1' } }))
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks, slots: 1 })
    await lab.clock.advance(SECOND_MS)
    lab.scheduler.replaceLimits({ slots: 3, maxConcurrent: { account: 2 } })
    await lab.clock.advance(SECOND_MS)
    expect(lab.started).toHaveLength(2)
    lab.scheduler.replaceLimits({ slots: 3, maxConcurrent: {} })
    await lab.clock.advance(SECOND_MS)
    expect(lab.started).toHaveLength(3)
  })

  it('tries again early after a failure that may pass, and rarely after many', async () => {
    const lab = startSchedulerLab({
      at: '2027-01-01T10:00:00Z',
      stacks: [buildScheduledStack('a')],
      outcome: () => failedWith('ENGINE_FAILED'),
    })
    await lab.clock.advance(8 * HOUR_MS + MINUTE_MS)
    expect(scansOf(lab).map(([, trigger, at]) => `${trigger} ${at.slice(0, 5)}`)).toEqual([
      'first 10:00',
      'retry 10:01',
      'retry 10:04',
      'retry 10:13',
      'schedule 11:00',
      'schedule 12:00',
      'schedule 14:00',
      'schedule 18:00',
    ])
    expect(lab.scheduler.state()).toMatchObject({ failing: 1, throttled: 0 })
    expect(lab.remembered.get('a')).toMatchObject({
      consecutiveFailures: 8,
      backOffUntil: expect.stringMatching(/^2027-01-02T02:00:0/),
    })
  })

  it('scans what was asked for at once, again where it is being scanned', async () => {
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks: [buildScheduledStack('a')] })
    await lab.clock.advance(SECOND_MS)
    lab.scheduler.ask(['a', 'unknown'], 'commit')
    await lab.clock.advance(SECOND_MS)
    expect(lab.started).toHaveLength(1)
    lab.started[0]?.end()
    await lab.clock.advance(SECOND_MS)
    expect(lab.started.map(({ claim }) => claim.trigger)).toEqual(['first', 'commit'])
  })

  it('goes on after the store failed', async () => {
    const lab = startSchedulerLab({
      at: '2027-01-01T10:00:00Z',
      stacks: [buildScheduledStack('a')],
      outcome: () => IN_SYNC,
    })
    const { complete } = lab.queue
    let failures = 0
    Object.assign(lab.queue, {
      complete: (...args: Parameters<typeof complete>) => {
        failures += 1
        return failures <= 2 ? Promise.reject(new Error('database is locked')) : complete(...args)
      },
    })
    await lab.clock.advance(10 * SECOND_MS)
    expect(lab.errors.map(({ message }) => message)).toEqual(['database is locked', 'database is locked'])
    expect(await lab.queue.depth('')).toMatchObject({ running: 0, waiting: 0 })
    await lab.clock.advance(HOUR_MS)
    expect(lab.started).toHaveLength(2)
  })

  it('takes a stack out of the queue that the configuration has no longer', async () => {
    const stacks = [buildScheduledStack('a'), buildScheduledStack('b')]
    const lab = startSchedulerLab({ at: '2027-01-01T10:00:00Z', stacks, slots: 1 })
    await lab.clock.advance(SECOND_MS)
    lab.scheduler.replaceStacks(stacks.slice(0, 1))
    lab.started[0]?.end()
    await lab.clock.advance(SECOND_MS)
    expect(lab.events).toContainEqual({ type: 'stack-gone', stack: 'b' })
    expect(lab.started).toHaveLength(1)
  })
})

/** Stack, trigger and time of day of each scan. */
function scansOf({ started }: SchedulerLab): readonly (readonly [string, string, string])[] {
  return started.map(({ claim, at }) => [claim.stack, claim.trigger, at.slice(11, 19)])
}
