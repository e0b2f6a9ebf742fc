import { describe, expect, it } from 'vitest'
import type { Matter } from '../../src/domain/alert-matter.js'
import type { AlertReason } from '../../src/domain/alert-message.js'
import {
  decideAlert,
  type GroupMatter,
  type LastSent,
  type ToldMatter,
} from '../../src/domain/alert-reason.js'
import { buildMatter, DAY_MS, HOUR_MS, MINUTE_MS, NOW_MS, PACE } from '../helpers/build-alert.js'

const firing = buildMatter()
const over = buildMatter({ state: 'over' })
const scan = (mark: Matter['mark'], state: Matter['state'] = 'firing'): Matter =>
  buildMatter({ id: 'scan:x', kind: 'scan', mark, state, record: null })

/** Decides for a group that was told so long ago; null: never. */
function decide(
  toldAgoMs: number | null,
  now: readonly (Matter | GroupMatter)[],
  more: { told?: readonly Matter[]; repeats?: number; isAnnounced?: boolean; waitingMs?: number } = {},
) {
  const told = (more.told ?? [firing]).map((matter): [string, ToldMatter] => [matter.id, matter])
  const lastSent: LastSent | null =
    toldAgoMs === null
      ? null
      : {
          atMs: NOW_MS - toldAgoMs,
          repeats: more.repeats ?? 0,
          isAnnounced: more.isAnnounced ?? true,
          told: new Map(told),
        }
  const matters = now.map((one) => ('matter' in one ? one : { matter: one, hold: null }))
  const kind = matters[0]?.matter.kind ?? 'drift'
  const current = { kind, matters, waitingSinceMs: NOW_MS - (more.waitingMs ?? MINUTE_MS) }
  return decideAlert(lastSent, current, { nowMs: NOW_MS, pace: PACE })
}

describe('what was never told', () => {
  it.each<[string, AlertReason, readonly Matter[]]>([
    ['drift', 'first-drift', [firing]],
    ['drift whose rule ended', 'rule-expired', [buildMatter({ mark: 'rule-expired' })]],
    [
      'such a one beside another',
      'first-drift',
      [buildMatter({ mark: 'rule-expired' }), buildMatter({ id: 'b' })],
    ],
    ['scans that fail', 'scan-failing', [scan('failing')]],
    ['a stale stack', 'stale', [scan('stale')]],
    ['unapplied code', 'pending-too-long', [buildMatter({ kind: 'pending' })]],
    ['what is over', 'none', [over]],
    ['what somebody knows of', 'none', [buildMatter({ state: 'quiet' })]],
    ['nothing', 'none', []],
  ])('%s: %s', (_, reason, now) => {
    expect(decide(null, now).reason).toBe(reason)
  })

  it('waits for more of the same first', () => {
    const decision = decide(null, [firing], { waitingMs: 10_000 })
    expect(decision).toMatchObject({
      reason: 'none',
      next: { reason: 'first-drift', atMs: NOW_MS + 20_000 },
    })
    expect(decide(null, [firing], { waitingMs: 30_000 }).reason).toBe('first-drift')
  })

  it('waits however loud it is', () => {
    expect(decide(null, [buildMatter({ severity: 'critical' })], { waitingMs: 0 }).reason).toBe('none')
  })
})

describe('what was told', () => {
  const changed = buildMatter({ content: 'two' })
  const louder = buildMatter({ content: 'two', severity: 'high' })
  const quieter = buildMatter({ severity: 'low' })
  const another = buildMatter({ id: 'drift:b' })
  const flapping = buildMatter({ mark: 'flapping', content: 'three' })
  const quarantined = buildMatter({ mark: 'quarantined', content: 'three' })
  const expired = buildMatter({ id: 'drift:b', mark: 'rule-expired' })

  it.each<[string, AlertReason, readonly Matter[], readonly Matter[]]>([
    ['the same', 'none', [firing], [firing]],
    ['another content', 'drift-changed', [firing], [changed]],
    ['louder', 'severity-raised', [firing], [louder]],
    ['quieter, same content', 'none', [firing], [quieter]],
    ['one more', 'drift-changed', [firing], [firing, another]],
    [
      'one more that is louder than all',
      'severity-raised',
      [firing],
      [firing, buildMatter({ id: 'b', severity: 'high' })],
    ],
    ['one more whose rule ended', 'rule-expired', [firing], [firing, expired]],
    ['all over', 'resolved', [firing], [over]],
    ['one of two over', 'resolved', [firing, another], [over, another]],
    [
      'one over, one changed',
      'drift-changed',
      [firing, another],
      [buildMatter({ id: 'drift:b', state: 'over' }), changed],
    ],
    ['acknowledged', 'none', [firing], [buildMatter({ state: 'quiet' })]],
    ['flapping now', 'drift-changed', [firing], [flapping]],
    [
      'flapping still, other content',
      'none',
      [flapping],
      [buildMatter({ mark: 'flapping', content: 'four' })],
    ],
    ['flapping, away', 'none', [flapping], [buildMatter({ mark: 'flapping', state: 'quiet' })]],
    ['steady again, as told', 'none', [flapping], [buildMatter({ content: 'three' })]],
    ['flapping and over for good', 'resolved', [flapping], [over]],
    ['quarantined now', 'drift-changed', [firing], [quarantined]],
    [
      'quarantined still, other content',
      'none',
      [quarantined],
      [buildMatter({ mark: 'quarantined', content: 'five' })],
    ],
    [
      'quarantined and louder',
      'severity-raised',
      [quarantined],
      [buildMatter({ mark: 'quarantined', severity: 'critical' })],
    ],
    ['scans that fail still', 'none', [scan('failing')], [scan('failing')]],
    ['stale, and failing now', 'none', [scan('stale')], [scan('failing')]],
    ['scans with a verdict again', 'recovered', [scan('failing')], [scan('none', 'over')]],
    [
      'code applied',
      'resolved',
      [buildMatter({ kind: 'pending' })],
      [buildMatter({ kind: 'pending', state: 'over' })],
    ],
  ])('%s: %s', (_, reason, told, now) => {
    expect(decide(HOUR_MS, now, { told }).reason).toBe(reason)
  })

  it('is told on after the interval only', () => {
    expect(decide(MINUTE_MS, [changed])).toMatchObject({
      reason: 'none',
      next: { reason: 'drift-changed', atMs: NOW_MS + 4 * MINUTE_MS },
    })
  })

  it('is told at once when it is louder', () => {
    expect(decide(1_000, [louder]).reason).toBe('severity-raised')
  })

  it('is not told to be over where nobody ever heard of it', () => {
    expect(decide(HOUR_MS, [over], { isAnnounced: false })).toMatchObject({ reason: 'none', next: null })
  })

  it('says what is news and what is not', () => {
    const { news } = decide(HOUR_MS, [changed, another, buildMatter({ id: 'c', state: 'over' })], {
      told: [firing, buildMatter({ id: 'c' })],
    })
    expect(
      Object.fromEntries(
        Object.entries(news).map(([key, list]) => [key, (list as readonly Matter[]).map(({ id }) => id)]),
      ),
    ).toEqual({
      fresh: ['drift:b'],
      changed: ['drift:a'],
      raised: [],
      over: ['c'],
    })
  })
})

describe('what stays', () => {
  it.each<[number, number, AlertReason]>([
    [0, DAY_MS - 1, 'none'],
    [0, DAY_MS, 'repeat-due'],
    [1, 3 * DAY_MS - 1, 'none'],
    [1, 3 * DAY_MS, 'repeat-due'],
    [2, 7 * DAY_MS, 'repeat-due'],
    // from then on only the digest has it
    [3, 400 * DAY_MS, 'none'],
  ])('after %i repeats and %i ms: %s', (repeats, toldAgoMs, reason) => {
    expect(decide(toldAgoMs, [firing], { repeats }).reason).toBe(reason)
  })

  it('says when it comes again', () => {
    expect(decide(HOUR_MS, [firing]).next).toEqual({ reason: 'repeat-due', atMs: NOW_MS + 23 * HOUR_MS })
  })

  it('is not repeated once somebody knows of it', () => {
    expect(decide(DAY_MS, [buildMatter({ state: 'quiet' })])).toMatchObject({ reason: 'none', next: null })
  })
})

describe('what is held', () => {
  const held = (matter: Matter, hold: GroupMatter['hold']): GroupMatter => ({ matter, hold })

  it.each(['muted', 'inhibited', 'inactive'] as const)('%s: no news and no repeats', (hold) => {
    expect(decide(null, [held(firing, hold)]).reason).toBe('none')
    expect(decide(DAY_MS, [held(buildMatter({ content: 'two', severity: 'critical' }), hold)]).reason).toBe(
      'none',
    )
    expect(decide(DAY_MS, [held(firing, hold)]).next).toBeNull()
  })

  it.each([
    ['muted', 'resolved'],
    ['inhibited', 'none'],
    ['inactive', 'none'],
  ] as const)('%s, and over: %s', (hold, reason) => {
    expect(decide(HOUR_MS, [held(over, hold)]).reason).toBe(reason)
  })

  it('does not keep the others of its group', () => {
    const decision = decide(null, [held(firing, 'muted'), buildMatter({ id: 'drift:b' })])
    expect(decision.reason).toBe('first-drift')
    expect(decision.news.fresh.map(({ id }) => id)).toEqual(['drift:b'])
  })
})
