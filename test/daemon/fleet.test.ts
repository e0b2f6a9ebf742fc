import { describe, expect, it } from 'vitest'
import { Fleet, type FleetRepository } from '../../src/daemon/fleet.js'
import { DriftError } from '../../src/domain/errors.js'
import { createFakeSource, type FakeSource } from '../helpers/fake-source.js'

const NEVER = new AbortController().signal

function buildFleet(...sources: readonly FakeSource[]): Fleet<FleetRepository> {
  return new Fleet({
    sources,
    join: (opened, isComplete) => ({
      stacks: opened.flatMap(({ stacks }) => stacks.map(({ stack }) => stack)),
      problems: isComplete ? [] : ['not all are open'],
    }),
  })
}

const names = (fleet: Fleet<FleetRepository>) =>
  fleet.scheduled().map(({ name, isPaused }) => (isPaused ? `(${name})` : name))

describe('a fleet', () => {
  it('knows stacks of repositories that are not open yet, but schedules those of open ones only', async () => {
    const [a, b] = [createFakeSource('a'), createFakeSource('b')]
    a.known = ['a/old']
    b.known = ['b/a', 'b/b']
    const fleet = buildFleet(a, b)
    await fleet.recall()
    expect(names(fleet)).toEqual(['(a/old)', '(b/a)', '(b/b)'])
    await fleet.open(a, NEVER)
    expect(names(fleet)).toEqual(['a/a', '(b/a)', '(b/b)'])
    expect(fleet.problems()).toEqual(['not all are open'])
    await fleet.open(b, NEVER)
    expect(names(fleet)).toEqual(['a/a', 'b/a'])
    expect(fleet.problems()).toEqual([])
  })

  it('leaves a scan the files it began with, and lets go of them when it ends', async () => {
    const source = createFakeSource('a')
    const fleet = buildFleet(source)
    await fleet.open(source, NEVER)
    const old = await fleet.borrow('a/a', NEVER)
    source.next = { commit: 'c2', stacks: ['a/a'] }
    await fleet.open(source, NEVER)
    const current = await fleet.borrow('a/a', NEVER)
    expect(source.held).toEqual(['a@c1', 'a@c2'])
    expect(await old?.job.openCheckout()).toMatchObject({ commit: 'c1' })
    expect(await current?.job.openCheckout()).toMatchObject({ commit: 'c2' })
    await old?.giveBack()
    await old?.giveBack()
    expect(source.held).toEqual(['a@c2'])
    await fleet.close()
    expect(source.held).toEqual(['a@c2'])
    await current?.giveBack()
    expect(source.held).toEqual([])
  })

  it('keeps a repository that is open when it cannot be opened again', async () => {
    const source = createFakeSource('a')
    const fleet = buildFleet(source)
    await fleet.open(source, NEVER)
    source.next = new DriftError('REPOSITORY_UNREACHABLE', 'gone')
    expect((await fleet.open(source, NEVER)).failure).toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    expect(names(fleet)).toEqual(['a/a'])
    expect(fleet.opened('a')?.commit).toBe('c1')
  })

  it('lets the scans of a repository that never could be opened fail with the reason', async () => {
    const source = createFakeSource('a')
    source.known = ['a/old']
    source.next = new DriftError('REPOSITORY_UNREACHABLE', 'gone')
    const fleet = buildFleet(source)
    await fleet.recall()
    await fleet.open(source, NEVER)
    expect(names(fleet)).toEqual(['a/old'])
    const borrowed = await fleet.borrow('a/old', NEVER)
    await expect(borrowed?.job.openCheckout()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    await borrowed?.giveBack()
  })

  it('has a scan by hand wait for its repository, and gives nothing for a name that nobody has', async () => {
    const source = createFakeSource('a')
    source.known = ['a/a', 'a/gone']
    const fleet = buildFleet(source)
    await fleet.recall()
    expect(await fleet.borrow('nobody', NEVER)).toBeNull()
    const waiting = fleet.borrow('a/a', NEVER)
    const gone = fleet.borrow('a/gone', NEVER)
    const stopping = new AbortController()
    const stopped = fleet.borrow('a/a', stopping.signal)
    stopping.abort(new DriftError('INTERRUPTED', 'stop'))
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await fleet.open(source, NEVER)
    expect((await waiting)?.job.stack.name).toBe('a/a')
    expect(await gone).toBeNull()
  })
})
