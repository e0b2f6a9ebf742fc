import { describe, expect, it } from 'vitest'
import type { Matter } from '../../src/domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../../src/domain/alert-memory.js'
import type { PlacedMatter } from '../../src/domain/judge-matters.js'
import { type ChannelPlan, type ChannelPlanRequest, planChannel } from '../../src/domain/plan-alerts.js'
import {
  ago,
  buildMatter,
  buildMemory,
  buildThread,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  NOW_MS,
  PACE,
} from '../helpers/build-alert.js'

const placed = (matter: Matter, overrides: Partial<PlacedMatter> = {}): PlacedMatter => ({
  matter,
  pace: PACE,
  hold: null,
  holdUntilMs: null,
  ...overrides,
})

/** Noticed a minute ago: the group wait is over. */
const noticed = (matter: Matter): MatterMemory =>
  buildMemory(matter, { alertKey: null, noticedAt: ago(MINUTE_MS) })

interface World {
  readonly matters: readonly (Matter | PlacedMatter)[]
  readonly memory?: readonly MatterMemory[]
  readonly threads?: readonly AlertThread[]
  readonly budget?: ChannelPlanRequest['budget']
}

/** Plans for matters that were all noticed a minute ago, where the memory says nothing else. */
function plan({ matters, memory = [], threads = [], budget }: World): ChannelPlan {
  const all = matters.map((one) => ('matter' in one ? one : placed(one)))
  const known = new Set(memory.map((row) => row.matter))
  const others = all.filter(({ matter }) => !known.has(matter.id)).map(({ matter }) => noticed(matter))
  return planChannel({
    nowMs: NOW_MS,
    placed: all,
    stacks: new Set(all.map(({ matter }) => matter.stack)),
    memory: [...memory, ...others],
    threads,
    budget: budget ?? { messages: 30, freesAtMs: NOW_MS + HOUR_MS },
    pace: PACE,
    causeStacks: 3,
  })
}

/** `first-drift drift:prod/network 2`: reason, group, and how many matters are news. */
const told = ({ messages }: ChannelPlan): readonly string[] =>
  messages.map(({ group, decision: { reason, news } }) => {
    const count = news.fresh.length + news.changed.length + news.over.length
    return `${reason} ${group.key} ${count}`
  })

const drift = (stack: string, overrides: Partial<Matter> = {}): Matter =>
  buildMatter({ id: `drift:${stack}`, stack, ...overrides })
const stacksOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `s${index}`)

describe('groups', () => {
  it('tells all drift of a stack in one message', () => {
    expect(told(plan({ matters: [drift('a'), drift('a', { id: 'drift:2' })] }))).toEqual([
      'first-drift drift:a 2',
    ])
  })

  it('keeps drift, scans and unapplied code apart', () => {
    const matters = [drift('a'), drift('b', { kind: 'pending' }), drift('c', { kind: 'scan', mark: 'stale' })]
    expect(told(plan({ matters })).toSorted()).toEqual([
      'first-drift drift:a 1',
      'pending-too-long pending:b 1',
      'stale scan:c 1',
    ])
  })

  it('tells forty stacks that one release hit in one message', () => {
    const matters = stacksOf(40).map((stack) => drift(stack, { cause: 'aws v6' }))
    const result = plan({ matters })
    expect(told(result)).toEqual(['first-drift aws v6 40'])
    expect(result.messages[0]?.group.members).toHaveLength(40)
  })

  it('tells two stacks of one cause each by itself', () => {
    const matters = stacksOf(2).map((stack) => drift(stack, { cause: 'aws v6' }))
    expect(told(plan({ matters }))).toEqual(['first-drift drift:s0 1', 'first-drift drift:s1 1'])
  })

  it('leaves what else such a stack has to a message of its own', () => {
    const matters = [
      ...stacksOf(3).map((stack) => drift(stack, { cause: 'c' })),
      drift('s0', { id: 'drift:own' }),
    ]
    expect(told(plan({ matters }))).toEqual(['first-drift c 3', 'first-drift drift:s0 1'])
  })

  it('puts those that come later into the thread of their cause, and counts those that were told alone', () => {
    const first = stacksOf(2).map((stack) => drift(stack, { cause: 'c' }))
    const memory = first.map((matter) => buildMemory(matter, { alertKey: matter.stack }))
    const threads = first.map(({ stack }) => buildThread({ alertKey: stack, groupKey: `drift:${stack}` }))
    const third = plan({ matters: [drift('s2', { cause: 'c' })], memory, threads })
    expect(told(third)).toEqual(['first-drift c 1'])
    const known = [...threads, buildThread({ alertKey: 'cause', groupKey: 'c' })]
    expect(told(plan({ matters: [drift('s9', { cause: 'c' })], threads: known }))).toEqual([
      'drift-changed c 1',
    ])
  })

  it('leaves what was told in its thread, whatever its cause is now', () => {
    const matter = drift('a', { cause: 'c', content: 'two' })
    const memory = [buildMemory(drift('a'))]
    const threads = [buildThread({ groupKey: 'drift:a' })]
    const others = stacksOf(3).map((stack) => drift(stack, { cause: 'c' }))
    expect(told(plan({ matters: [matter, ...others], memory, threads })).toSorted()).toEqual([
      'drift-changed drift:a 1',
      'first-drift c 3',
    ])
  })

  it('takes it that nothing changed in stacks that are not looked at', () => {
    const memory = stacksOf(3).map((stack) => buildMemory(drift(stack, { cause: 'c' })))
    const threads = [buildThread({ groupKey: 'c' })]
    const result = plan({ matters: [drift('s0', { cause: 'c', state: 'over' })], memory, threads })
    expect(told(result)).toEqual(['resolved c 1'])
    expect(result.messages[0]?.group.members.map(({ matter }) => matter.state)).toEqual([
      'over',
      'firing',
      'firing',
    ])
  })

  it('takes what is there no longer for over', () => {
    const memory = [buildMemory(drift('a')), buildMemory(drift('a', { id: 'drift:gone' }))]
    const result = plan({ matters: [drift('a')], memory, threads: [buildThread({ groupKey: 'drift:a' })] })
    expect(result.messages[0]?.decision.news.over.map(({ id }) => id)).toEqual(['drift:gone'])
  })

  it('tells the loudest, widest and oldest first', () => {
    const matters = [
      drift('young', { since: ago(1) }),
      drift('old', { since: ago(DAY_MS) }),
      drift('loud', { severity: 'critical' }),
      ...['w1', 'w2', 'w3'].map((stack) => drift(stack, { cause: 'wide' })),
    ]
    expect(told(plan({ matters }))).toEqual([
      'first-drift drift:loud 1',
      'first-drift wide 3',
      'first-drift drift:old 1',
      'first-drift drift:young 1',
    ])
  })
})

describe('what is held', () => {
  it('says nothing of drift while the channel hears that the scans of its stack fail', () => {
    const scan = drift('a', { id: 'scan:a', kind: 'scan', mark: 'failing' })
    const result = plan({ matters: [scan, drift('a'), drift('b')] })
    expect(told(result).toSorted()).toEqual(['first-drift drift:b 1', 'scan-failing scan:a 1'])
    expect(result.judged.map(({ verdict }) => verdict)).toEqual(['fresh', 'inhibited', 'fresh'])
  })

  it('says of drift what it knows where the channel does not hear of the scans', () => {
    const scan = placed(drift('a', { id: 'scan:a', kind: 'scan', mark: 'failing' }), { pace: null })
    expect(told(plan({ matters: [scan, drift('a')] }))).toEqual(['first-drift drift:a 1'])
  })

  it('tells what was muted when the mute has ended', () => {
    const untilMs = NOW_MS + DAY_MS
    const muted = plan({ matters: [placed(drift('a'), { hold: 'muted', holdUntilMs: untilMs })] })
    expect(told(muted)).toEqual([])
    expect(muted.nextAtMs.get('a')).toBe(untilMs)
    expect(told(plan({ matters: [drift('a')] }))).toEqual(['first-drift drift:a 1'])
  })

  it('tells that something told before its mute is over', () => {
    const one = placed(drift('a', { state: 'over' }), { hold: 'muted', holdUntilMs: NOW_MS + DAY_MS })
    const world = { memory: [buildMemory(drift('a'))], threads: [buildThread({ groupKey: 'drift:a' })] }
    expect(told(plan({ matters: [one], ...world }))).toEqual(['resolved drift:a 1'])
    const outside = { ...one, hold: 'inactive' as const }
    expect(told(plan({ matters: [outside], ...world }))).toEqual([])
  })

  it('tells on what a channel was told once, though no route brings it there any more', () => {
    const one = placed(drift('a', { state: 'over', severity: 'low' }), { pace: null })
    const world = { memory: [buildMemory(drift('a'))], threads: [buildThread({ groupKey: 'drift:a' })] }
    expect(told(plan({ matters: [one], ...world }))).toEqual(['resolved drift:a 1'])
    expect(told(plan({ matters: [placed(drift('b'), { pace: null })] }))).toEqual([])
  })

  it('waits until a matter has been there for long enough', () => {
    const matter = drift('a', { kind: 'pending', delayMs: 72 * HOUR_MS })
    const young = plan({ matters: [matter] })
    expect(told(young)).toEqual([])
    expect(young.nextAtMs.get('a')).toBe(NOW_MS - MINUTE_MS + 72 * HOUR_MS)
    const memory = [buildMemory(matter, { alertKey: null, noticedAt: ago(72 * HOUR_MS) })]
    expect(told(plan({ matters: [matter], memory }))).toEqual(['pending-too-long pending:a 1'])
  })

  it('looks again when a rule ends or a verdict becomes too old', () => {
    const changesAtMs = NOW_MS + HOUR_MS
    expect(plan({ matters: [drift('a', { state: 'over', changesAtMs })] }).nextAtMs.get('a')).toBe(
      changesAtMs,
    )
  })
})

describe('the budget of a channel', () => {
  const budget = (messages: number) => ({ messages, freesAtMs: NOW_MS + HOUR_MS })
  const storm = stacksOf(500).map((stack, index) =>
    drift(stack, { severity: index === 77 ? 'critical' : 'medium', since: ago(index) }),
  )

  it('folds a storm: the loudest have a message each, all others one together', () => {
    const result = plan({ matters: storm, budget: budget(10) })
    expect(result.messages).toHaveLength(10)
    expect(told(result)[0]).toBe('first-drift drift:s77 1')
    expect(told(result).at(-1)).toBe('first-drift storm:drift 491')
    expect(result.messages.at(-1)?.folded).toBe(491)
  })

  it('loses nothing of it', () => {
    const { messages } = plan({ matters: storm, budget: budget(3) })
    const ids = messages.flatMap(({ decision }) => decision.news.fresh.map(({ id }) => id))
    expect(new Set(ids).size).toBe(500)
  })

  it('still tells in one message when nothing is left', () => {
    expect(told(plan({ matters: storm, budget: budget(0) }))).toEqual(['first-drift storm:drift 500'])
  })

  it('adds to that message after an interval only', () => {
    const memory = [buildMemory(drift('told'), { alertKey: 'storm' })]
    const matters = [drift('told'), drift('new')]
    const thread = { alertKey: 'storm', groupKey: 'storm:drift' }
    const soon = plan({
      matters,
      memory,
      threads: [buildThread({ ...thread, sentAt: ago(MINUTE_MS) })],
      budget: budget(0),
    })
    expect(told(soon)).toEqual([])
    expect(soon.nextAtMs.get('new')).toBe(NOW_MS + 4 * MINUTE_MS)
    const later = plan({ matters, memory, threads: [buildThread(thread)], budget: budget(0) })
    expect(told(later)).toEqual(['drift-changed storm:drift 1'])
  })

  it('lets news of known drift wait for room, but not what is louder', () => {
    const known = [drift('a'), drift('b')]
    const memory = known.map((matter) => buildMemory(matter, { alertKey: matter.stack }))
    const threads = known.map(({ stack }) => buildThread({ alertKey: stack, groupKey: `drift:${stack}` }))
    const matters = [drift('a', { content: 'two' }), drift('b', { content: 'two', severity: 'high' })]
    const result = plan({ matters, memory, threads, budget: budget(0) })
    expect(told(result)).toEqual(['severity-raised drift:b 1'])
    expect(result.waiting.map(({ group }) => group.key)).toEqual(['drift:a'])
    expect(result.nextAtMs.get('a')).toBe(NOW_MS + HOUR_MS)
  })
})
