import { describe, expect, it } from 'vitest'
import type { DriftState } from '../../src/domain/drift.js'
import type { DriftRecord } from '../../src/domain/record.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { beginStory, type Story, type StoryScan } from '../helpers/drift-story.js'

const RULE = { reason: 'the autoscaler owns it', owner: 'platform', until: '2027-03-31' }
const record = buildRecord()
const other = buildRecord({ contentHash: 'hmac:01' })
const ignored = buildRecord({ ignored: RULE })
const pending = buildRecord({ kind: 'pending' })
const quiet = buildRecord({ kind: 'informational' })
const adopted = buildRecord({
  kind: 'informational',
  changes: [{ path: ['a'], cause: 'outside', declared: ['x'], actual: ['x'], sensitive: false }],
})

const seen = (one: DriftRecord, rest: StoryScan = {}): StoryScan => ({ records: [one], ...rest })
const gone = (rest: StoryScan = {}): StoryScan => rest

/** How a story gets to a state; its first scan is one without drift. */
const BEGINNINGS: Readonly<Record<string, (story: Story) => void>> = {
  nothing: () => undefined,
  open: (story) => void story.scan(seen(record)),
  acknowledged: (story) => {
    story.scan(seen(record))
    story.acknowledge('sha256:00', 'known')
  },
  'ignored from the start': (story) => void story.scan(seen(ignored)),
  'ignored after it was open': (story) => {
    story.scan(seen(record))
    story.scan(seen(ignored))
  },
  'ignored after it was acknowledged': (story) => {
    story.scan(seen(record))
    story.acknowledge('sha256:00', 'known')
    story.scan(seen(ignored))
  },
  resolved: (story) => {
    story.scan(seen(record))
    story.scan(gone())
  },
  'ignored, resolved before': (story) => {
    story.scan(seen(record))
    story.scan(gone())
    story.scan(seen(ignored))
  },
}

type Row = readonly [from: string, scan: StoryScan, events: readonly string[], state: DriftState | null]

const ROWS: readonly Row[] = [
  ['nothing', gone(), [], null],
  ['nothing', seen(record), ['opened'], 'open'],
  ['nothing', seen(ignored), ['ignored'], 'ignored'],
  ['nothing', seen(pending), [], null],
  ['nothing', seen(quiet), [], null],
  ['open', seen(record), [], 'open'],
  ['open', seen(other), ['changed'], 'open'],
  ['open', seen(ignored), ['ignored'], 'ignored'],
  ['open', gone(), ['resolved vanished'], 'resolved'],
  ['open', gone({ remediated: ['sha256:00'] }), ['resolved remediated'], 'resolved'],
  ['open', seen(pending), ['resolved vanished'], 'resolved'],
  ['open', seen(quiet), ['resolved vanished'], 'resolved'],
  ['open', seen(adopted), ['resolved adopted'], 'resolved'],
  ['open', gone({ scan: { status: 'failed' } }), [], 'open'],
  ['acknowledged', seen(record), [], 'acknowledged'],
  ['acknowledged', seen(other), ['changed'], 'open'],
  ['acknowledged', seen(ignored), ['ignored'], 'ignored'],
  ['acknowledged', gone(), ['resolved vanished'], 'resolved'],
  ['ignored from the start', seen(ignored), [], 'ignored'],
  ['ignored from the start', seen({ ...ignored, contentHash: 'hmac:01' }), [], 'ignored'],
  ['ignored from the start', seen(record), ['unignored', 'opened'], 'open'],
  ['ignored from the start', gone(), ['resolved vanished'], null],
  ['ignored after it was open', seen(record), ['unignored'], 'open'],
  ['ignored after it was open', gone(), ['resolved vanished'], 'resolved'],
  ['ignored after it was acknowledged', seen(record), ['unignored'], 'acknowledged'],
  ['ignored after it was acknowledged', seen(other), ['unignored'], 'open'],
  ['resolved', gone(), [], 'resolved'],
  ['resolved', seen(record), ['reopened'], 'open'],
  ['resolved', seen(ignored), ['ignored'], 'ignored'],
  ['resolved', seen(pending), [], 'resolved'],
  ['ignored, resolved before', gone(), ['resolved vanished'], 'resolved'],
  ['ignored, resolved before', seen(record), ['unignored', 'reopened'], 'open'],
]

describe('one more scan', () => {
  it.each(ROWS)('of a drift that is %s, %j: %j, %s', (from, scan, events, state) => {
    const story = beginStory()
    story.scan()
    BEGINNINGS[from]?.(story)
    expect(story.scan(scan)).toEqual(events)
    expect(story.drift()?.state ?? null).toBe(state)
  })

  it('has a beginning for every state', () => {
    const states = Object.values(BEGINNINGS).map((begin) => {
      const story = beginStory()
      begin(story)
      return story.drift()?.state
    })
    expect(new Set(states)).toEqual(new Set([undefined, 'open', 'acknowledged', 'ignored', 'resolved']))
  })
})

describe('what an event says', () => {
  it('names scan, commit, time, and what mean times are measured from', () => {
    const story = beginStory()
    story.scan()
    const absentAt = story.now
    story.scan(seen(record))
    const openedAt = story.now
    story.scan()
    expect(story.events).toMatchObject([
      {
        type: 'opened',
        stack: 'prod/network',
        fingerprint: 'sha256:00',
        at: openedAt,
        since: absentAt,
        scan: story.events[0]?.scan,
        commit: buildScan().commit,
        record,
      },
      { type: 'resolved', at: story.now, since: openedAt, resolution: 'vanished', by: null },
    ])
    expect(story.drift()).toMatchObject({ openedAt, resolvedAt: story.now, lastAbsentAt: absentAt })
  })

  it('names owner, reason and day of a rule, and whose acknowledgement ended', () => {
    const story = beginStory()
    story.scan(seen(ignored))
    expect(story.events[0]).toMatchObject({
      by: 'platform',
      detail: 'the autoscaler owns it (until 2027-03-31)',
    })
    story.scan(seen(record))
    story.acknowledge('sha256:00', 'known')
    story.scan(seen(other))
    expect(story.events.at(-1)).toMatchObject({
      type: 'changed',
      detail: 'the acknowledgement by alice ended',
    })
  })

  it('has nothing to write of a drift that is long resolved', () => {
    const story = beginStory()
    story.scan(seen(record))
    story.scan()
    story.scan()
    expect(story.changes).toEqual({ drifts: [], forgotten: [], events: [] })
  })
})

describe('a drift whose stack confirms', () => {
  it('opens after so many scans in a row', () => {
    const story = beginStory({ confirm: 3 })
    story.scan()
    const absentAt = story.now
    expect([1, 2, 3, 4].map(() => story.scan(seen(record)))).toEqual([[], [], ['opened'], []])
    expect(story.events[0]).toMatchObject({ since: absentAt })
    expect(story.drift()).toMatchObject({ seenInRow: 4, lastAbsentAt: absentAt })
  })

  it('is forgotten when it goes before', () => {
    const story = beginStory({ confirm: 2 })
    story.scan()
    expect(story.scan(seen(record))).toEqual([])
    expect(story.drift()?.state).toBe('unconfirmed')
    expect(story.scan()).toEqual([])
    expect(story.changes.forgotten).toEqual(['sha256:00'])
    expect(story.scan(seen(record))).toEqual([])
  })

  it('is counted on over scans that failed or could not look', () => {
    const story = beginStory({ confirm: 2 })
    story.scan(seen(record))
    story.scan({ scan: { status: 'failed' } })
    const coverage = {
      ...buildScan().coverage,
      unverified: [{ what: 'aws_vpc.main', reason: 'plan-stopped' as const }],
    }
    story.scan({ scan: { status: 'incomplete', coverage } })
    expect(story.scan(seen(record))).toEqual(['opened'])
  })

  it('reopens only when confirmed, and stays resolved until then', () => {
    const story = beginStory({ confirm: 2 })
    story.scan(seen(record))
    story.scan(seen(record))
    expect(story.scan()).toEqual(['resolved vanished'])
    const resolved = story.drift()
    story.scan(seen(record))
    expect(story.drift()?.state).toBe('unconfirmed')
    story.scan()
    expect(story.drift()).toMatchObject({ state: 'resolved', resolvedAt: resolved?.resolvedAt })
    story.scan(seen(record))
    expect(story.scan(seen(record))).toEqual(['reopened'])
    expect(story.drift()).toMatchObject({ state: 'open', resolvedAt: null, resolution: null })
  })

  it('is confirmed when the rule that ignored it is gone only if it was seen often enough', () => {
    const story = beginStory({ confirm: 3 })
    story.scan(seen(ignored))
    expect(story.scan(seen(record))).toEqual(['unignored'])
    expect(story.drift()?.state).toBe('unconfirmed')
    expect(story.scan(seen(record))).toEqual(['opened'])
  })
})

describe('the first scan of a stack', () => {
  it('opens what it finds, unless the stack asks for a baseline', () => {
    expect(beginStory().scan(seen(record))).toEqual(['opened'])
  })

  it('acknowledges what it finds where the stack asks for a baseline, and later opens as ever', () => {
    const story = beginStory({ firstScan: 'baseline', confirm: 2 })
    story.scan({ scan: { status: 'failed' } })
    expect(story.scan(seen(record))).toEqual(['acknowledged'])
    expect(story.events[0]).toMatchObject({ by: 'driftd', detail: 'present at the first scan' })
    expect(story.drift()).toMatchObject({
      state: 'acknowledged',
      acknowledgement: { by: 'driftd', reason: 'present at the first scan', contentHash: 'hmac:00' },
    })
    const later = buildRecord({ fingerprint: 'sha256:01' })
    expect(story.scan({ records: [record, later] })).toEqual([])
    expect(story.scan({ records: [record, later] })).toEqual(['opened'])
    expect(story.scan({ records: [other, later] })).toEqual(['changed'])
  })
})

describe('an acknowledgement', () => {
  it('opens what is not confirmed, and is refused where there is nothing to acknowledge', () => {
    const story = beginStory({ confirm: 9 })
    story.scan(seen(record))
    expect(story.acknowledge('sha256:00', 'known')).toBe(true)
    expect(story.drift()).toMatchObject({ state: 'acknowledged', openedAt: story.now })
    story.scan(seen(ignored))
    expect(story.acknowledge('sha256:00', 'known')).toBe(false)
    story.scan()
    expect(story.acknowledge('sha256:00', 'known')).toBe(false)
  })

  it('ends with the episode', () => {
    const story = beginStory()
    BEGINNINGS.acknowledged?.(story)
    story.scan()
    expect(story.drift()?.acknowledgement).toBeNull()
    expect(story.scan(seen(record))).toEqual(['reopened'])
    expect(story.drift()?.state).toBe('open')
  })
})

describe('how a drift ended', () => {
  it('is the code, where it is gone in the first scan of other code of its stack', () => {
    const story = beginStory()
    story.scan(seen(record, { code: 'hmac:a' }))
    expect(story.scan({ code: 'hmac:b' })).toEqual(['resolved adopted'])
  })

  it.each([
    ['the same code', 'hmac:a', 'hmac:a'],
    ['code that was not known before', null, 'hmac:b'],
    ['code that is not known now', 'hmac:a', null],
  ])('is nobody knows what with %s', (_, before, after) => {
    const story = beginStory()
    story.scan(seen(record, { code: before }))
    expect(story.scan({ code: after })).toEqual(['resolved vanished'])
  })

  it('is the code, where the difference needs nobody since the code is another one', () => {
    const story = beginStory()
    story.scan(seen(record, { code: 'hmac:a' }))
    expect(story.scan(seen(quiet, { code: 'hmac:b' }))).toEqual(['resolved adopted'])
  })

  it('is nobody knows what, where the code now asks for something else', () => {
    const story = beginStory()
    story.scan(seen(record, { code: 'hmac:a' }))
    expect(story.scan(seen(pending, { code: 'hmac:b' }))).toEqual(['resolved vanished'])
  })
})
