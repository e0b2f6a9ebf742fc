import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acknowledgeRewrite, type RepositoryObservation } from '../../src/domain/repository-state.js'
import { lookAtRepository } from '../../src/git/look-at-repository.js'
import type { Repository } from '../../src/git/repository.js'
import { decidePollDelayMs, watchRepository } from '../../src/git/watch-repository.js'
import { systemClock } from '../../src/lib/clock.js'
import { createFakeClock } from '../helpers/fake-clock.js'
import { createTestRepository, openTestRepository, type TestRepository } from '../helpers/git-repository.js'
import { createSshKey } from '../helpers/signing.js'
import { spyOnGit } from '../helpers/spy-on-git.js'
import { tempFolder } from '../lib/temp-folder.js'

type Act = (observation: RepositoryObservation) => Promise<void>
const idle: Act = async () => {}

/** A repository that is opened anew for every look, as after a restart. */
function watched(origin: TestRepository, part: Partial<Parameters<typeof openTestRepository>[1]> = {}) {
  const dataFolder = join(tempFolder(), 'data')
  const open = (): Promise<Repository> => openTestRepository(origin.path, { dataFolder, ...part })
  const look = (act: Act = idle, signal = new AbortController().signal) =>
    lookAtRepository({ open, clock: systemClock, signal, onObservation: act })
  const state = async () => (await open()).memory?.read()
  return { open, look, state, dataFolder }
}

describe('a look at a repository', () => {
  it('tells of a move once, over restarts, and fetches only then', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const git = spyOnGit()
    const { look } = watched(origin, { env: { PATH: git.path, HOME: tempFolder() } })
    expect(await look()).toEqual({ status: 'moved', from: null, to: first })
    expect(await look()).toEqual({ status: 'unchanged', commit: first })
    const second = origin.commit({ a: '2' })
    expect(await look()).toEqual({ status: 'moved', from: first, to: second })
    expect(await look()).toEqual({ status: 'unchanged', commit: second })
    expect(git.arguments().match(/ ls-remote /g)).toHaveLength(4)
    expect(git.arguments().match(/ fetch --quiet/g)).toHaveLength(2)
  })

  it('sees a move that a hand-run scan has fetched before it', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const { look, open } = watched(origin)
    await look()
    const second = origin.commit({ a: '2' })
    await (await (await open()).checkout()).release()
    expect(await look()).toEqual({ status: 'moved', from: first, to: second })
  })

  it('finds the same again where nobody could act on it', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const { look } = watched(origin)
    const failure = new Error('the store is full')
    await expect(look(() => Promise.reject(failure))).rejects.toBe(failure)
    expect(await look()).toEqual({ status: 'moved', from: null, to: first })
  })

  it.each(['over', 'back'])(
    'tells that history was pushed %s, and keeps it until it is acknowledged',
    async (way) => {
      const origin = createTestRepository()
      const first = origin.commit({ a: '1' })
      const second = origin.commit({ a: '2' })
      const { look, state, open } = watched(origin)
      await look()
      origin.git('reset', '--quiet', '--hard', first)
      const to = way === 'over' ? origin.commit({ a: '3' }) : first
      expect(await look()).toEqual({ status: 'rewritten', from: second, to })
      expect(await look()).toEqual({ status: 'unchanged', commit: to })
      origin.commit({ a: '4' })
      expect(await look()).toMatchObject({ status: 'moved', from: to })
      expect(await state()).toMatchObject({ rewritten: { from: second, to } })
      const deed = { by: 'alice', reason: 'cleaned up', at: '2026-11-24T00:00:00.000Z' }
      await look(
        async () => void (await (await open()).memory?.update((now) => acknowledgeRewrite(now, deed))),
      )
      expect(await state()).toMatchObject({ rewritten: null, acknowledged: { from: second, by: 'alice' } })
    },
  )

  it('tells of rewritten history though the old one is nowhere any more', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const { look, dataFolder } = watched(origin)
    await look()
    const [name = ''] = readdirSync(join(dataFolder, 'repositories'))
    rmSync(join(dataFolder, 'repositories', name, 'mirror.git'), { recursive: true })
    rmSync(join(origin.path, '.git'), { recursive: true })
    const to = createTestRepository(origin.path).commit({ b: '1' })
    expect(await look()).toEqual({ status: 'rewritten', from: first, to })
  })

  it('tells since when the remote, or the ref, is gone, and that it is back', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const { look, state } = watched(origin)
    await look()
    renameSync(join(origin.path, '.git'), join(origin.path, 'elsewhere'))
    writeFileSync(join(origin.path, '.git'), 'no repository')
    const gone = await look()
    expect(gone).toMatchObject({ status: 'unreachable', code: 'REPOSITORY_UNREACHABLE' })
    rmSync(join(origin.path, '.git'))
    renameSync(join(origin.path, 'elsewhere'), join(origin.path, '.git'))
    origin.git('branch', '--move', 'main', 'other')
    const since = gone?.status === 'unreachable' ? gone.since : ''
    expect(await look()).toMatchObject({ status: 'unreachable', code: 'REF_NOT_FOUND', since })
    expect(await state()).toMatchObject({ commit: first, unreachable: { since } })
    origin.git('branch', '--move', 'other', 'main')
    expect(await look()).toEqual({ status: 'unchanged', commit: first })
    expect(await state()).toMatchObject({ unreachable: null })
  })

  it('tells of a tip that nobody signed, again and again, and of the one that ends it', async () => {
    const origin = createTestRepository()
    const key = createSshKey()
    const allowedSigners = join(tempFolder(), 'signers')
    writeFileSync(allowedSigners, key.allowedAs('alice'))
    const { look } = watched(origin, { signers: { allowedSigners, gpgKeyring: null } })
    const good = key.sign(origin, { a: '1' })
    expect(await look()).toEqual({ status: 'moved', from: null, to: good })
    const tip = origin.commit({ a: '2' })
    const unsigned = {
      status: 'unsigned',
      tip,
      commit: good,
      problem: expect.stringContaining('has no signature'),
    }
    expect(await look()).toMatchObject(unsigned)
    expect(await look()).toMatchObject(unsigned)
    const next = key.sign(origin, { a: '3' })
    expect(await look()).toEqual({ status: 'moved', from: good, to: next })
  })

  it('is nothing where there is no remote', async () => {
    const folder = tempFolder()
    const look = { open: () => openTestRepository(folder), clock: systemClock, onObservation: idle }
    expect(await lookAtRepository({ ...look, signal: new AbortController().signal })).toBeNull()
  })

  it('does not hide what is wrong here', async () => {
    const origin = createTestRepository()
    origin.commit({ a: '1' })
    const { look } = watched(origin, { env: { PATH: tempFolder(), HOME: tempFolder() } })
    await expect(look()).rejects.toMatchObject({ code: 'GIT_MISSING' })
  })
})

describe('a watch', () => {
  it('looks again and again until it is stopped, whatever a look comes to', async () => {
    const origin = createTestRepository()
    const first = origin.commit({ a: '1' })
    const { open } = watched(origin)
    const seen: RepositoryObservation[] = []
    const errors: string[] = []
    let looks = 0
    let finish = (): void => {}
    const enough = new Promise<void>((resolve) => {
      finish = resolve
    })
    const watch = watchRepository({
      clock: systemClock,
      pollEveryMs: 1,
      random: () => 0,
      onError: (error) => void errors.push(error.message),
      async open() {
        if (++looks === 2) throw new Error('once')
        return open()
      },
      async onObservation(observation) {
        seen.push(observation)
        if (seen.length === 3) finish()
      },
    })
    watch.start()
    watch.start()
    await enough
    await Promise.all([watch.stop(), watch.stop()])
    const looksAtStop = looks
    expect(seen.slice(0, 3)).toEqual([
      { status: 'moved', from: null, to: first },
      { status: 'unchanged', commit: first },
      { status: 'unchanged', commit: first },
    ])
    expect(errors).toEqual(['once'])
    watch.start()
    expect(looks).toBe(looksAtStop)
  })

  it('looks when it is told to, but not oftener than every two seconds', async () => {
    const clock = createFakeClock('2026-11-24T10:00:00.000Z')
    let looks = 0
    const watch = watchRepository({
      clock,
      pollEveryMs: 3_600_000,
      random: () => 0,
      onError: () => {},
      async open() {
        looks += 1
        throw new Error('no network')
      },
      onObservation: idle,
    })
    watch.start()
    await clock.advance(60_000)
    expect(looks).toBe(1)
    watch.lookNow()
    await clock.advance(0)
    expect(looks).toBe(2)
    for (let time = 0; time < 3; time++) watch.lookNow()
    await clock.advance(1_999)
    expect(looks).toBe(2)
    await clock.advance(1)
    expect(looks).toBe(3)
    await clock.advance(60_000)
    expect(looks).toBe(3)
    await watch.stop()
    watch.lookNow()
    await clock.advance(60_000)
    expect(looks).toBe(3)
  })

  it('may be stopped before it was started', async () => {
    const watch = watchRepository({
      clock: systemClock,
      pollEveryMs: 1,
      random: () => 0,
      onError: () => {},
      open: () => Promise.reject(new Error('never')),
      onObservation: idle,
    })
    await watch.stop()
  })

  it('ends a look that hangs when it is stopped', async () => {
    const bin = tempFolder()
    const started = join(bin, 'started')
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ntouch '${started}'\nexec sleep 600\n`, { mode: 0o755 })
    const errors: unknown[] = []
    const { open } = watched(createTestRepository(), {
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: bin },
    })
    const watch = watchRepository({
      clock: systemClock,
      pollEveryMs: 1,
      random: () => 0,
      open,
      onError: (error) => void errors.push(error),
      onObservation: idle,
    })
    watch.start()
    await expect.poll(() => readdirSync(bin), { timeout: 30_000 }).toContain('started')
    await watch.stop()
    expect(errors).toEqual([])
  })
})

describe('the time between looks', () => {
  const minute = 60_000
  it.each([
    { what: 'pollEvery', pollEveryMs: minute, failures: 0, random: 0.5, expected: minute },
    { what: 'a tenth less at least', pollEveryMs: minute, failures: 0, random: 0, expected: 54_000 },
    { what: 'a tenth more at most', pollEveryMs: minute, failures: 0, random: 1, expected: 66_000 },
    { what: 'doubled by a failure', pollEveryMs: minute, failures: 1, random: 0.5, expected: 2 * minute },
    { what: 'doubled again', pollEveryMs: minute, failures: 3, random: 0.5, expected: 8 * minute },
    {
      what: 'a quarter of an hour in the end',
      pollEveryMs: minute,
      failures: 999,
      random: 0.5,
      expected: 15 * minute,
    },
    {
      what: 'never less than pollEvery',
      pollEveryMs: 60 * minute,
      failures: 9,
      random: 0.5,
      expected: 60 * minute,
    },
  ])('is $what', ({ expected, ...poll }) => {
    expect(decidePollDelayMs(poll)).toBe(expected)
  })
})
