import { describe, expect, it } from 'vitest'
import {
  acknowledgeRewrite,
  decideRepositoryState,
  type RepositorySight,
  type RepositoryState,
  UNSEEN_REPOSITORY,
} from '../../src/domain/repository-state.js'

const there = (
  tip: string,
  part: Partial<Extract<RepositorySight, { kind: 'there' }>> = {},
): RepositorySight => ({
  kind: 'there',
  tip,
  commit: tip,
  problem: null,
  isDescendant: true,
  ...part,
})
const gone: RepositorySight = { kind: 'gone', code: 'REPOSITORY_UNREACHABLE', message: 'no route' }

/** The last state and all observations of looks at the times 1, 2, 3... */
function look(sights: readonly RepositorySight[], start: RepositoryState = UNSEEN_REPOSITORY) {
  let state = start
  const seen = sights.map((sight, index) => {
    const decided = decideRepositoryState(state, sight, `${index + 1}`)
    state = decided.state
    return decided.observation
  })
  return { state, seen }
}

describe('what a look at a remote means', () => {
  it('is first sight, then nothing, then a move', () => {
    const { state, seen } = look([there('a'), there('a'), there('b')])
    expect(seen).toEqual([
      { status: 'moved', from: null, to: 'a' },
      { status: 'unchanged', commit: 'a' },
      { status: 'moved', from: 'a', to: 'b' },
    ])
    expect(state).toEqual({ ...UNSEEN_REPOSITORY, commit: 'b' })
  })

  it('is a rewritten history, which stays so through good moves until somebody acknowledges it', () => {
    const { state, seen } = look([
      there('a'),
      there('x', { isDescendant: false }),
      there('y'),
      there('z', { isDescendant: false }),
    ])
    expect(seen.slice(1)).toEqual([
      { status: 'rewritten', from: 'a', to: 'x' },
      { status: 'moved', from: 'x', to: 'y' },
      { status: 'rewritten', from: 'y', to: 'z' },
    ])
    expect(state).toMatchObject({
      commit: 'z',
      rewritten: { from: 'a', to: 'z', at: '2' },
      acknowledged: null,
    })
    const after = acknowledgeRewrite(state, { by: 'alice', reason: 'cleaned up', at: '9' })
    expect(after).toMatchObject({ commit: 'z', rewritten: null })
    expect(after.acknowledged).toEqual({
      from: 'a',
      to: 'z',
      at: '2',
      by: 'alice',
      reason: 'cleaned up',
      acknowledgedAt: '9',
    })
    expect(acknowledgeRewrite(after, { by: 'bob', reason: '', at: '10' })).toBe(after)
  })

  it('is a remote that is gone, since when, and what was known stays', () => {
    const { state, seen } = look([there('a'), gone, { ...gone, code: 'REF_NOT_FOUND' }])
    expect(seen.slice(1)).toEqual([
      { status: 'unreachable', since: '2', code: 'REPOSITORY_UNREACHABLE', message: 'no route' },
      { status: 'unreachable', since: '2', code: 'REF_NOT_FOUND', message: 'no route' },
    ])
    expect(state.commit).toBe('a')
    const back = look([there('a'), gone], state)
    expect(back.seen[0]).toEqual({ status: 'unchanged', commit: 'a' })
    expect(back.state.unreachable?.since).toBe('2')
  })

  it('is a tip that does not count, since when, and what is scanned instead', () => {
    const unsigned = there('b', { commit: 'a', problem: 'has none' })
    const { state, seen } = look([
      there('a'),
      unsigned,
      unsigned,
      there('c', { commit: 'a', problem: 'has none' }),
    ])
    expect(seen.slice(1)).toEqual([
      { status: 'unsigned', commit: 'a', tip: 'b', problem: 'has none', since: '2' },
      { status: 'unsigned', commit: 'a', tip: 'b', problem: 'has none', since: '2' },
      { status: 'unsigned', commit: 'a', tip: 'c', problem: 'has none', since: '4' },
    ])
    expect(state.commit).toBe('a')
    expect(look([there('d')], state)).toMatchObject({
      state: { unsigned: null, commit: 'd' },
      seen: [{ from: 'a', to: 'd' }],
    })
  })

  it('still compares with the last commit that counted where its key counts no longer', () => {
    const none = there('b', { commit: null, problem: 'has none' })
    const { state, seen } = look([there('a'), none, there('x', { isDescendant: false })])
    expect(seen[1]).toMatchObject({ status: 'unsigned', commit: null })
    expect(seen[2]).toEqual({ status: 'rewritten', from: 'a', to: 'x' })
    expect(state.rewritten).not.toBeNull()
  })
})
