import { describe, expect, it } from 'vitest'
import type { DriftRecord } from '../../src/domain/record.js'
import { buildRecord } from '../helpers/build-record.js'
import { beginStory, type Story } from '../helpers/drift-story.js'

let count = 0
const another = (): DriftRecord => buildRecord({ contentHash: `hmac:${++count}` })

/** A task whose difference is another one in every scan, until it is quarantined. */
function neverSettle(codes: readonly (string | null)[] = ['a', 'a', 'a', 'a', 'a']): {
  readonly story: Story
  readonly told: readonly string[]
} {
  const story = beginStory()
  return { story, told: codes.flatMap((code) => story.scan({ records: [another()], code })) }
}

describe('a difference that is another one in every scan', () => {
  it('is quarantined in the fifth scan, and changes are told no more', () => {
    const { story, told } = neverSettle()
    expect(told).toEqual(['opened', 'changed', 'changed', 'changed', 'quarantined'])
    expect(story.scan({ records: [another()], code: 'a' })).toEqual([])
    expect(story.drift()).toMatchObject({ state: 'open', isQuarantined: true })
    expect(story.events.at(-1)?.detail).toContain('nobody changed the code')
  })

  it('is no such thing where the code changes as well, or may have', () => {
    const { told } = neverSettle(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(told.at(-1)).toBe('changed')
    expect(neverSettle([null, null, null, null, null, null]).told.at(-1)).toBe('changed')
  })

  it('begins to count anew with other code, and with a content that stays', () => {
    expect(neverSettle(['a', 'a', 'a', 'b', 'b', 'b', 'b']).told.at(-1)).toBe('changed')
    expect(neverSettle(['a', 'a', 'a', 'b', 'b', 'b', 'b', 'b']).told.at(-1)).toBe('quarantined')
    const story = beginStory()
    const stays = another()
    const told = [another(), another(), another(), stays, stays, another(), another()].map((one) =>
      story.scan({ records: [one], code: 'a' }),
    )
    expect(told.at(-1)).toEqual(['changed'])
  })

  it('stays quarantined under other code, until its content has stayed for as many scans', () => {
    const { story } = neverSettle()
    expect(story.scan({ records: [another()], code: 'b' })).toEqual([])
    const stays = another()
    const states = [1, 2, 3, 4, 5, 6].map(() => {
      story.scan({ records: [stays], code: 'b' })
      return story.drift()?.isQuarantined
    })
    expect(states).toEqual([true, true, true, true, true, false])
    expect(story.scan({ records: [another()], code: 'b' })).toEqual(['changed'])
  })

  it('keeps an acknowledgement, since its content says nothing', () => {
    const { story } = neverSettle()
    story.acknowledge('sha256:00', 'it prints the date')
    expect(story.scan({ records: [another()], code: 'a' })).toEqual([])
    expect(story.drift()?.state).toBe('acknowledged')
  })

  it('is resolved like any other, and counted anew when it is back', () => {
    const { story } = neverSettle()
    expect(story.scan({ code: 'a' })).toEqual(['resolved vanished'])
    expect(story.scan({ records: [another()], code: 'a' })).toEqual(['reopened'])
    expect(story.drift()).toMatchObject({ isQuarantined: false, restlessInRow: 1 })
  })
})
