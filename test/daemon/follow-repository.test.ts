import { describe, expect, it, onTestFinished } from 'vitest'
import { Fleet } from '../../src/daemon/fleet.js'
import { followRepository } from '../../src/daemon/follow-repository.js'
import { DriftError } from '../../src/domain/errors.js'
import { createLogger } from '../../src/lib/logger.js'
import { createRedactor } from '../../src/lib/redact.js'
import { createFakeClock } from '../helpers/fake-clock.js'
import { createFakeSource, type FakeSource } from '../helpers/fake-source.js'
import { collectLines } from '../lib/collect-lines.js'

function follow(source: FakeSource) {
  const clock = createFakeClock('2026-11-20T10:00:00.000Z')
  const logged = collectLines()
  const told = { stacks: 0, touched: [] as string[], observed: [] as string[] }
  const fleet = new Fleet({
    sources: [source],
    join: (opened) => ({
      stacks: opened.flatMap(({ stacks }) => stacks.map(({ stack }) => stack)),
      problems: [],
    }),
  })
  const follower = followRepository({
    source,
    fleet,
    clock,
    log: createLogger({ verbosity: 'daemon', redactor: createRedactor([]), destination: logged.stream }),
    onStacks: () => {
      told.stacks += 1
    },
    onTouched: (stacks) => void told.touched.push(...stacks),
    onObservation: (_repository, { status }) => void told.observed.push(status),
  })
  onTestFinished(() => follower.stop())
  return { clock, fleet, follower, logged, told }
}

const at = '2026-11-20T10:00:00.000Z'
const unreachable = {
  status: 'unreachable',
  since: at,
  code: 'REPOSITORY_UNREACHABLE',
  message: 'no route',
} as const

describe('following a repository', () => {
  it('opens it first, then watches its remote, and asks for what a commit touches', async () => {
    const source = createFakeSource('a')
    const { clock, follower, told } = follow(source)
    follower.start()
    await clock.advance(0)
    expect(source.opened).toEqual(['a@c1'])
    expect(source.isWatched()).toBe(true)
    source.next = { commit: 'c2', stacks: ['a/a', 'a/b'] }
    await source.observe({ status: 'moved', from: 'c1', to: 'c2' })
    expect(source.opened).toEqual(['a@c1', 'a@c2'])
    expect(source.asked).toEqual(['c1..c2'])
    expect(told).toEqual({ stacks: 2, touched: ['a/a', 'a/b'], observed: ['moved'] })
  })

  it('asks its remote when it is told to, whatever the time', async () => {
    const source = createFakeSource('a')
    const { clock, follower } = follow(source)
    follower.start()
    await clock.advance(0)
    follower.pollNow()
    expect(source.looksNow()).toBe(1)
  })

  it('opens nothing again that is open, and touches nothing when it looks for the first time', async () => {
    const source = createFakeSource('a')
    const { clock, follower, told } = follow(source)
    follower.start()
    await clock.advance(0)
    await source.observe({ status: 'moved', from: null, to: 'c1' })
    await source.observe({ status: 'unchanged', commit: 'c1' })
    expect(source.opened).toEqual(['a@c1'])
    expect(told.touched).toEqual([])
  })

  it('asks for what was committed while no daemon ran', async () => {
    const source = createFakeSource('a')
    source.next = { commit: 'c5', stacks: ['a/a'] }
    const { clock, follower, told } = follow(source)
    follower.start()
    await clock.advance(0)
    await source.observe({ status: 'moved', from: 'c1', to: 'c5' })
    expect(source.opened).toEqual(['a@c5'])
    expect(source.asked).toEqual(['c1..c5'])
    expect(told.touched).toEqual(['a/a'])
  })

  it('opens it again when scans must say that the remote is gone, and when it is back', async () => {
    const source = createFakeSource('a')
    const { clock, follower, logged } = follow(source)
    follower.start()
    await clock.advance(0)
    await source.observe(unreachable)
    await source.observe(unreachable)
    expect(source.opened).toEqual(['a@c1', 'a@c1'])
    await source.observe({ status: 'unchanged', commit: 'c1' })
    expect(source.opened).toHaveLength(3)
    expect(source.held).toEqual(['a@c1'])
    expect(logged.text()).toContain('repository unreachable')
  })

  it('opens one that could not be opened as soon as its remote answers', async () => {
    const source = createFakeSource('a')
    source.next = new DriftError('REPOSITORY_UNREACHABLE', 'no route')
    const { clock, follower, fleet, logged } = follow(source)
    follower.start()
    await clock.advance(0)
    expect(logged.text()).toContain('a repository could not be opened')
    source.next = { commit: 'c1', stacks: ['a/a'] }
    await source.observe({ status: 'unchanged', commit: 'c1' })
    expect(fleet.opened('a')?.commit).toBe('c1')
  })

  it('reads a folder that has no remote again, every poll', async () => {
    const source = createFakeSource('a')
    source.next = { commit: null, stacks: ['a/a'] }
    const { clock, follower, fleet } = follow(source)
    follower.start()
    await clock.advance(0)
    source.next = { commit: null, stacks: ['a/a', 'a/new'] }
    await clock.advance(source.pollEveryMs)
    expect(fleet.scheduled().map(({ name }) => name)).toEqual(['a/a', 'a/new'])
    await follower.stop()
    await clock.advance(source.pollEveryMs * 10)
    expect(source.opened).toHaveLength(2)
    expect(source.isWatched()).toBe(false)
  })
})
