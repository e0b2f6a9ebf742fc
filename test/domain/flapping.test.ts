import { describe, expect, it } from 'vitest'
import { buildRecord } from '../helpers/build-record.js'
import { beginStory, type Story } from '../helpers/drift-story.js'

const record = buildRecord()
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

/** Comes and goes until it flaps: the last scan sees it. */
function flap(afterMs?: number): { readonly story: Story; readonly told: readonly (readonly string[])[] } {
  const story = beginStory()
  const rest = afterMs === undefined ? {} : { afterMs }
  const told = [true, false, true, false, true, false, true].map((isThere) =>
    story.scan({ records: isThere ? [record] : [], ...rest }),
  )
  return { story, told }
}

describe('a drift that comes and goes', () => {
  it('is told as flapping at its third return, and then no more', () => {
    const { story, told } = flap()
    expect(told.map(([event]) => event)).toEqual([
      'opened',
      'resolved vanished',
      'reopened',
      'resolved vanished',
      'reopened',
      'resolved vanished',
      'flapping',
    ])
    const back = { records: [record] }
    expect([{}, back, {}, back].map((scan) => story.scan(scan))).toEqual([[], [], [], []])
    expect(story.drift()).toMatchObject({ state: 'open', isFlapping: true })
    expect(story.scan({ records: [buildRecord({ contentHash: 'hmac:01' })] })).toEqual([])
  })

  it('is told as open again once it stays as long as its last returns took', () => {
    const { story } = flap()
    const stays = [1, 2, 3, 4, 5].map(() => story.scan({ records: [record] }))
    expect(stays).toEqual([[], [], [], ['reopened'], []])
    expect(story.drift()).toMatchObject({ state: 'open', isFlapping: false })
  })

  it('is told as resolved once it stays away as long', () => {
    const { story } = flap()
    const stays = [1, 2, 3, 4, 5, 6].map(() => story.scan())
    expect(stays).toEqual([[], [], [], [], ['resolved vanished'], []])
    expect(story.drift()).toMatchObject({ state: 'resolved', isFlapping: false })
    expect(story.scan({ records: [record] })).toEqual(['flapping'])
  })

  it('says nothing of staying where somebody has acknowledged it', () => {
    const { story } = flap()
    story.acknowledge('sha256:00', 'known')
    expect([1, 2, 3, 4].flatMap(() => story.scan({ records: [record] }))).toEqual([])
    expect(story.drift()).toMatchObject({ state: 'acknowledged', isFlapping: false })
  })

  it('is found also where a stack is scanned once a day', () => {
    expect(flap(DAY_MS).told.at(-1)).toEqual(['flapping'])
  })

  it('is none where its returns lie weeks apart', () => {
    expect(flap(3 * DAY_MS).told.at(-1)).toEqual(['reopened'])
  })

  it('is not steady within the hour, however fast it is scanned', () => {
    const { story } = flap(1_000)
    expect(story.scan({ records: [record], afterMs: HOUR_MS - 1 })).toEqual([])
    expect(story.scan({ records: [record], afterMs: 1 })).toEqual(['reopened'])
  })
})
