import { describe, expect, it } from 'vitest'
import type { ScanQueue } from '../../src/schedule/queue.js'
import { at, buildClaim, buildQueued, drain, idsOf } from './queued-scans.js'

/** One store, opened by several processes or connections. */
export interface SharedQueue {
  open(): Promise<ScanQueue>
  close(): Promise<void>
}

/** What every queue must do. `makeEmpty` gives a new, empty one, which the suite closes. */
export function describeQueue(name: string, makeEmpty: () => Promise<SharedQueue>): void {
  const withQueues = (run: (queue: ScanQueue, other: ScanQueue) => Promise<void>) => async () => {
    const shared = await makeEmpty()
    try {
      await run(await shared.open(), await shared.open())
    } finally {
      await shared.close()
    }
  }

  describe(`${name}: putting scans in`, () => {
    it(
      'gives back a scan with everything in it',
      withQueues(async (queue) => {
        const scan = buildQueued('1', { slot: at(0), trigger: 'catch-up', priority: 2.5, notBefore: at(1) })
        expect(await queue.enqueue([scan])).toEqual([{ status: 'queued', id: '1' }])
        const [claimed] = await queue.claim(buildClaim())
        expect(claimed).toEqual({ ...scan, fencingToken: expect.any(Number), leaseUntil: at(61) })
      }),
    )

    it(
      'lets one scan of a stack wait, and takes over what makes another urgent',
      withQueues(async (queue) => {
        const stack = 'prod/web'
        await queue.enqueue([buildQueued('1', { stack, priority: 5, notBefore: at(500) })])
        const outcomes = await queue.enqueue([
          buildQueued('2', { stack, priority: 1, notBefore: at(0) }),
          buildQueued('3', { stack, priority: 9, notBefore: at(600) }),
          buildQueued('4'),
          buildQueued('5', { stack: 'stack-4' }),
        ])
        expect(outcomes).toEqual([
          { status: 'duplicate', id: '1' },
          { status: 'duplicate', id: '1' },
          { status: 'queued', id: '4' },
          { status: 'duplicate', id: '4' },
        ])
        const claims = await queue.claim(buildClaim())
        expect(claims.map(({ id, priority, notBefore }) => [id, priority, notBefore])).toEqual([
          ['1', 9, at(0)],
          ['4', 0, at(0)],
        ])
      }),
    )

    it(
      'queues a slot once, also after its scan is done',
      withQueues(async (queue, other) => {
        const stack = 'prod/web'
        const slot = at(0)
        const same = [buildQueued('1', { stack, slot }), buildQueued('2', { stack, slot })]
        expect((await queue.enqueue(same)).map(({ status }) => status)).toEqual(['queued', 'duplicate'])
        await queue.complete(await queue.claim(buildClaim()))
        expect(await other.enqueue([buildQueued('3', { stack, slot })])).toEqual([
          { status: 'duplicate', id: null },
        ])
        expect((await other.enqueue([buildQueued('4', { stack, slot: at(60) })]))[0]?.status).toBe('queued')
        expect((await other.enqueue([buildQueued('5', { slot })]))[0]?.status).toBe('queued')
      }),
    )

    it(
      'takes a slot as queued that a waiting scan stands for',
      withQueues(async (queue) => {
        const stack = 'prod/web'
        await queue.enqueue([buildQueued('1', { stack, trigger: 'manual' })])
        const scheduled = buildQueued('2', { stack, slot: at(0) })
        expect(await queue.enqueue([scheduled])).toEqual([{ status: 'duplicate', id: '1' }])
        await queue.complete(await queue.claim(buildClaim()))
        expect(await queue.enqueue([{ ...scheduled, id: '3' }])).toEqual([{ status: 'duplicate', id: null }])
      }),
    )

    it(
      'forgets only old slots',
      withQueues(async (queue) => {
        const stack = 'prod/web'
        for (let index = 0; index < 30; index++) {
          await queue.enqueue([buildQueued(`${index}`, { stack, slot: at(index * 60) })])
          await queue.complete(await queue.claim(buildClaim()))
        }
        const again = (index: number) => buildQueued(`again-${index}`, { stack, slot: at(index * 60) })
        expect((await queue.enqueue([again(29), again(6)])).map(({ status }) => status)).toEqual([
          'duplicate',
          'duplicate',
        ])
        expect((await queue.enqueue([again(5)]))[0]?.status).toBe('queued')
      }),
    )

    it(
      'takes thousands at once',
      withQueues(async (queue) => {
        const scans = Array.from({ length: 2_500 }, (_, index) => buildQueued(`${index}`, { slot: at(0) }))
        const outcomes = await queue.enqueue(scans)
        expect(outcomes.every(({ status }) => status === 'queued')).toBe(true)
        expect(await queue.depth(at(1))).toEqual({ waiting: 2_500, running: 0, oldestQueuedAt: at(0) })
        expect(await queue.enqueue([])).toEqual([])
      }),
    )
  })

  describe(`${name}: claiming`, () => {
    it(
      'gives the most urgent first, then the one that waits longest, and no more than asked',
      withQueues(async (queue) => {
        await queue.enqueue([
          buildQueued('a', { queuedAt: at(0) }),
          buildQueued('b', { priority: 1, queuedAt: at(1) }),
          buildQueued('c', { priority: 1, queuedAt: at(0) }),
        ])
        expect(idsOf(await queue.claim(buildClaim({ limit: 2 })))).toEqual(['c', 'b'])
        expect(idsOf(await queue.claim(buildClaim({ limit: 2 })))).toEqual(['a'])
        expect(await queue.claim(buildClaim())).toEqual([])
      }),
    )

    it(
      'leaves what is not due, and what the caller is busy with',
      withQueues(async (queue) => {
        await queue.enqueue([
          buildQueued('a', { notBefore: at(2) }),
          buildQueued('b', { stack: 'busy' }),
          buildQueued('c'),
        ])
        expect(idsOf(await queue.claim(buildClaim({ busyStacks: ['busy', 'other'] })))).toEqual(['c'])
        expect(idsOf(await queue.claim(buildClaim({ now: at(2) })))).toEqual(['a', 'b'])
      }),
    )

    it(
      'leaves any number of stacks that the caller is busy with',
      withQueues(async (queue) => {
        const busyStacks = Array.from({ length: 70_000 }, (_, index) => `busy/"${index}'`)
        const [first = '', last = ''] = [busyStacks[0], busyStacks.at(-1)]
        await queue.enqueue([
          buildQueued('a', { stack: first, priority: 2 }),
          buildQueued('b', { stack: last, priority: 1 }),
          buildQueued('c'),
        ])
        expect(idsOf(await queue.claim(buildClaim({ busyStacks })))).toEqual(['c'])
        expect(await queue.claim(buildClaim({ busyStacks }))).toEqual([])
      }),
    )

    it(
      'never gives two scans of one stack at once',
      withQueues(async (queue, other) => {
        const stack = 'prod/web'
        await queue.enqueue([buildQueued('1', { stack })])
        const [first] = await queue.claim(buildClaim())
        expect((await queue.enqueue([buildQueued('2', { stack })]))[0]?.status).toBe('queued')
        expect(await other.claim(buildClaim())).toEqual([])
        expect(await queue.stateOf('1')).toBe('running')
        expect(await queue.stateOf('2')).toBe('waiting')
        if (first) expect(await queue.complete([first])).toEqual([])
        expect(await queue.stateOf('1')).toBe('done')
        expect(idsOf(await other.claim(buildClaim()))).toEqual(['2'])
      }),
    )

    it(
      'gives every scan to one of several processes that ask at once',
      withQueues(async (queue, other) => {
        await queue.enqueue(Array.from({ length: 60 }, (_, index) => buildQueued(`${index}`)))
        const taken = await Promise.all([drain(queue), drain(other)])
        const ids = taken.flat().map(({ id }) => id)
        expect(ids).toHaveLength(60)
        expect(new Set(ids).size).toBe(60)
        expect(new Set(taken.flat().map(({ fencingToken }) => fencingToken)).size).toBe(60)
      }),
    )

    it(
      'lets one of two processes that ask at once queue a slot',
      withQueues(async (queue, other) => {
        const scans = (prefix: string) =>
          Array.from({ length: 40 }, (_, index) =>
            buildQueued(`${prefix}${index}`, { stack: `stack-${index}`, slot: at(0) }),
          )
        const outcomes = await Promise.all([queue.enqueue(scans('a')), other.enqueue(scans('b'))])
        expect(outcomes.flat().filter(({ status }) => status === 'queued')).toHaveLength(40)
        expect((await queue.depth(at(1))).waiting).toBe(40)
      }),
    )
  })

  describe(`${name}: leases`, () => {
    it(
      'gives a scan to another when the lease has run out, and refuses the first from then on',
      withQueues(async (queue, other) => {
        await queue.enqueue([buildQueued('1')])
        const [paused] = await queue.claim(buildClaim())
        expect(await other.claim(buildClaim({ now: at(60) }))).toEqual([])
        const [taken] = await other.claim(buildClaim({ now: at(61), leaseUntil: at(121) }))
        if (!paused || !taken) throw new Error('nothing was claimed')
        expect(taken.fencingToken).toBeGreaterThan(paused.fencingToken)
        expect(await queue.heartbeat([paused], at(200))).toEqual(['1'])
        expect(await queue.complete([paused])).toEqual(['1'])
        await queue.release(paused)
        expect(await queue.stateOf('1')).toBe('running')
        expect(await other.heartbeat([taken], at(181))).toEqual([])
        expect(await queue.claim(buildClaim({ now: at(180) }))).toEqual([])
        expect(await other.complete([taken])).toEqual([])
        expect(await other.complete([taken])).toEqual(['1'])
      }),
    )

    it(
      'completes several at once, and tells which were no longer ours',
      withQueues(async (queue) => {
        await queue.enqueue(['1', '2', '3'].map((id) => buildQueued(id)))
        const claims = await queue.claim(buildClaim())
        await queue.complete(claims.filter(({ id }) => id === '2'))
        expect(await queue.complete(claims)).toEqual(['2'])
        expect(await queue.complete([])).toEqual([])
        expect(await queue.depth(at(1))).toMatchObject({ waiting: 0, running: 0 })
      }),
    )

    it(
      'prolongs a lease that ran out, as long as nobody took it',
      withQueues(async (queue) => {
        await queue.enqueue([buildQueued('1')])
        const claims = await queue.claim(buildClaim())
        expect(await queue.heartbeat(claims, at(300))).toEqual([])
        expect(await queue.claim(buildClaim({ now: at(299) }))).toEqual([])
        expect(await queue.heartbeat([], at(300))).toEqual([])
      }),
    )

    it(
      'merges a scan that was given up with one that waits',
      withQueues(async (queue) => {
        const stack = 'prod/web'
        await queue.enqueue([buildQueued('1', { stack, priority: 7 })])
        await queue.claim(buildClaim())
        await queue.enqueue([buildQueued('2', { stack, notBefore: at(500) })])
        const claims = await queue.claim(buildClaim({ now: at(61), leaseUntil: at(121) }))
        expect(claims.map(({ id, priority }) => [id, priority])).toEqual([['2', 7]])
        expect(await queue.stateOf('1')).toBe('done')
      }),
    )

    it(
      'takes back what a stopping process gives back',
      withQueues(async (queue, other) => {
        const stack = 'prod/web'
        await queue.enqueue([buildQueued('1', { stack })])
        const [claimed] = await queue.claim(buildClaim())
        if (!claimed) throw new Error('nothing was claimed')
        await queue.release(claimed)
        expect(await queue.stateOf('1')).toBe('waiting')
        expect(await queue.complete([claimed])).toEqual(['1'])
        const [again] = await other.claim(buildClaim())
        if (!again) throw new Error('nothing was claimed again')
        expect(again.id).toBe('1')
        await queue.enqueue([buildQueued('2', { stack })])
        await other.release(again)
        expect(await queue.depth(at(1))).toMatchObject({ waiting: 1, running: 0 })
        expect(idsOf(await queue.claim(buildClaim()))).toEqual(['2'])
      }),
    )

    it(
      'tells how deep it is',
      withQueues(async (queue) => {
        expect(await queue.depth(at(0))).toEqual({ waiting: 0, running: 0, oldestQueuedAt: null })
        await queue.enqueue([
          buildQueued('1', { queuedAt: at(0), priority: 1 }),
          buildQueued('2', { queuedAt: at(5) }),
          buildQueued('3', { queuedAt: at(3), notBefore: at(900) }),
        ])
        await queue.claim(buildClaim({ limit: 1 }))
        expect(await queue.depth(at(10))).toEqual({ waiting: 2, running: 1, oldestQueuedAt: at(3) })
        expect(await queue.depth(at(61))).toEqual({ waiting: 3, running: 0, oldestQueuedAt: at(0) })
        expect(await queue.stateOf('unknown')).toBe('done')
      }),
    )
  })
}
