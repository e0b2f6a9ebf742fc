import { describe, expect, it } from 'vitest'
import { parseWindow } from '../../src/config/values/window.js'
import { CATCH_UP_SPREAD_MS, type DueDecision, decideDue } from '../../src/schedule/decide-due.js'
import { NEW_PROGRESS, type ScheduledStack, type StackProgress } from '../../src/schedule/scheduled-stack.js'
import { createSlotFinder } from '../../src/schedule/slots.js'
import { stackShare } from '../../src/schedule/stack-share.js'
import { buildScheduledStack } from '../helpers/scheduler-lab.js'

const MINUTE_MS = 60_000
const at = (time: string): number => Date.parse(`2027-01-${time}Z`)

interface Case {
  readonly now: string
  readonly resumed?: string
  readonly looked?: string
  readonly stack?: Partial<ScheduledStack>
  readonly progress?: Partial<StackProgress>
}

/** One hourly stack, scanned last at 01T10:00 for the slot of that time. */
function decide({ now, resumed = '01T00:00', looked = now, stack, progress }: Case): DueDecision {
  const tracked = {
    stack: buildScheduledStack('a', stack),
    progress: {
      ...NEW_PROGRESS,
      lastSlotMs: at('01T10:00'),
      lastAttemptAtMs: at('01T10:00:05'),
      ...progress,
    },
  }
  const slotsAround = createSlotFinder()
  return decideDue({
    nowMs: at(now),
    resumedAtMs: at(resumed),
    lookedAtMs: at(looked),
    stacks: [tracked],
    slotsAround,
  })
}

function triggersOf(request: Case): readonly string[] {
  return decide(request).due.map(({ trigger, slotMs }) =>
    slotMs === null ? trigger : `${trigger} ${new Date(slotMs).toISOString().slice(8, 16)}`,
  )
}

describe('decideDue, by the schedule', () => {
  it('has a stack due when a slot passed, once, however many passed', () => {
    expect(triggersOf({ now: '01T10:59:59.999' })).toEqual([])
    expect(triggersOf({ now: '01T11:00' })).toEqual(['schedule 01T11:00'])
    expect(triggersOf({ now: '01T15:30' })).toEqual(['schedule 01T15:00'])
    expect(triggersOf({ now: '01T11:30', progress: { lastSlotMs: at('01T11:00') } })).toEqual([])
  })

  it('has a stack due at once that was never scanned', () => {
    const progress = { lastSlotMs: null, lastAttemptAtMs: null }
    expect(triggersOf({ now: '01T10:30', progress })).toEqual(['first 01T10:00'])
    expect(triggersOf({ now: '01T10:30', resumed: '01T10:30', progress })).toEqual(['first 01T10:00'])
  })

  it('does not scan again for a slot from before a scan by hand', () => {
    const progress = { lastSlotMs: null, lastAttemptAtMs: at('01T10:20') }
    expect(triggersOf({ now: '01T10:30', progress })).toEqual([])
    expect(triggersOf({ now: '01T11:00', progress })).toEqual(['schedule 01T11:00'])
  })

  it('says when the next slot of any stack comes', () => {
    expect(decide({ now: '01T10:30' }).nextSlotMs).toBe(at('01T11:00'))
  })
})

describe('decideDue, after nobody looked for a while', () => {
  const share = stackShare('a') * CATCH_UP_SPREAD_MS

  it('catches up after a while that belongs to the stack', () => {
    const resumed = '02T09:30'
    const later = (ms: number): string => new Date(at(resumed) + Math.ceil(ms)).toISOString().slice(8, 23)
    expect(share).toBeGreaterThan(1_000)
    expect(triggersOf({ now: later(share - 1_000), resumed })).toEqual([])
    expect(triggersOf({ now: later(share), resumed })).toEqual(['catch-up 02T09:00'])
  })

  it('leaves the catching up where a slot comes first', () => {
    expect(triggersOf({ now: '02T09:00', resumed: '02T08:59:59.999' })).toEqual(['schedule 02T09:00'])
  })
})

describe('decideDue, when the clock was set back', () => {
  it('waits for the slot after the last one where that is near', () => {
    const progress = { lastSlotMs: at('01T11:00') }
    expect(decide({ now: '01T10:59:58', progress })).toMatchObject({ due: [], notes: [] })
    expect(decide({ now: '01T11:00', progress })).toMatchObject({ due: [], notes: [] })
    expect(triggersOf({ now: '01T12:00', progress })).toEqual(['schedule 01T12:00'])
  })

  it('has the slots until then due again where it is far', () => {
    const { due, notes } = decide({ now: '01T10:30', progress: { lastSlotMs: at('02T10:00') } })
    expect(due).toEqual([])
    expect(notes).toEqual([{ stack: 'a', reason: 'clock-went-back', slotMs: at('01T10:00') }])
  })

  it('leaves out no day of which only the first slot is near', () => {
    const workdays = { schedule: { expression: '*/30 8-17 * * 1-5', timezone: 'UTC' } }
    const progress = { lastSlotMs: at('18T17:30') }
    const { notes } = decide({ now: '18T07:50', stack: workdays, progress })
    expect(notes).toEqual([{ stack: 'a', reason: 'clock-went-back', slotMs: at('15T17:30') }])
  })

  it('has a slot of tomorrow due again that was attempted today', () => {
    const daily = { schedule: { expression: '0 9 * * *', timezone: 'UTC' } }
    const progress = { lastSlotMs: at('02T09:00') }
    const { notes } = decide({ now: '02T00:00', stack: daily, progress })
    expect(notes).toEqual([{ stack: 'a', reason: 'clock-went-back', slotMs: at('01T09:00') }])
    expect(decide({ now: '02T08:30', stack: daily, progress })).toMatchObject({ due: [], notes: [] })
  })

  it('has the slot due that came just after the clock was set', () => {
    const { notes } = decide({
      now: '01T11:00:20',
      looked: '01T10:59:20',
      progress: { lastSlotMs: at('02T10:00') },
    })
    expect(notes).toMatchObject([{ slotMs: at('01T10:00') }])
    expect(triggersOf({ now: '01T11:00:21', resumed: '01T10:59:20' })).toEqual(['schedule 01T11:00'])
  })

  it('queues a slot without its name that the queue has seen already', () => {
    const progress = { takenUntilMs: at('02T10:00') }
    expect(decide({ now: '01T11:00', progress }).due).toMatchObject([{ isSlotNew: false }])
    expect(decide({ now: '02T11:00', progress }).due).toMatchObject([{ isSlotNew: true }])
  })

  it('forgets a hold-back that seems to last for ever', () => {
    const holdBack = { reason: 'failing', untilMs: at('05T10:00') } as const
    expect(triggersOf({ now: '01T11:00', progress: { holdBack } })).toEqual(['schedule 01T11:00'])
  })
})

describe('decideDue, for a stack that is busy', () => {
  it.each(['waiting', 'running'] as const)('skips the slot of one that is %s, and says so', (reason) => {
    const progress = { isWaiting: reason === 'waiting', isRunning: reason === 'running' }
    const { due, notes } = decide({ now: '01T11:00', progress })
    expect(due).toEqual([])
    expect(notes).toEqual([{ stack: 'a', reason, slotMs: at('01T11:00') }])
  })

  it('queues what is asked for beside a scan that runs', () => {
    expect(triggersOf({ now: '01T10:30', progress: { isRunning: true, asked: 'commit' } })).toEqual([
      'commit',
    ])
  })

  it('takes the slot for a commit that comes with it', () => {
    expect(triggersOf({ now: '01T11:00', progress: { asked: 'commit' } })).toEqual(['commit 01T11:00'])
  })
})

describe('decideDue, with windows and pauses', () => {
  const night = [parseWindow('daily 22:00-23:30')].filter((window) => window !== null)

  it('keeps what is due until a window opens', () => {
    const stack = { only: night }
    expect(triggersOf({ now: '01T21:59', stack })).toEqual([])
    expect(triggersOf({ now: '01T22:00', stack })).toEqual(['schedule 01T22:00'])
    const daily = { only: night, schedule: { expression: '0 2 * * *', timezone: 'UTC' } }
    const progress = { lastSlotMs: at('01T02:00') }
    expect(triggersOf({ now: '02T21:00', stack: daily, progress })).toEqual([])
    expect(triggersOf({ now: '02T22:10', stack: daily, progress })).toEqual(['schedule 02T02:00'])
  })

  it.each(['first', 'commit'] as const)('keeps a %s scan until a window opens', (trigger) => {
    const progress =
      trigger === 'first' ? { lastSlotMs: null, lastAttemptAtMs: null } : ({ asked: 'commit' } as const)
    expect(triggersOf({ now: '01T10:30', stack: { only: night }, progress })).toEqual([])
    expect(triggersOf({ now: '01T22:30', stack: { only: night }, progress })).toEqual([`${trigger} 01T22:00`])
  })

  it.each(['manual', 'verify'] as const)('lets a %s scan pass', (asked) => {
    expect(triggersOf({ now: '01T10:30', stack: { only: night }, progress: { asked } })).toEqual([asked])
    expect(triggersOf({ now: '01T10:30', stack: { isPaused: true }, progress: { asked } })).toEqual([asked])
  })

  it('leaves a paused stack alone', () => {
    const stack = { isPaused: true }
    expect(decide({ now: '01T15:00', stack })).toMatchObject({ due: [], notes: [] })
    expect(triggersOf({ now: '01T15:00', stack, progress: { asked: 'commit' } })).toEqual([])
    expect(triggersOf({ now: '01T15:00', stack, progress: { lastAttemptAtMs: null } })).toEqual([])
  })
})

describe('decideDue, after failures', () => {
  it('tries again early', () => {
    const progress = { retryAtMs: at('01T10:05') }
    expect(triggersOf({ now: '01T10:04', progress })).toEqual([])
    expect(triggersOf({ now: '01T10:05', progress })).toEqual(['retry'])
  })

  it('holds back slots, and what changed in the code only where the far side is throttling', () => {
    const untilMs = at('01T12:30')
    const throttled = { holdBack: { reason: 'throttled', untilMs }, retryAtMs: untilMs } as const
    const failing = { holdBack: { reason: 'failing', untilMs } } as const
    expect(triggersOf({ now: '01T12:29', progress: throttled })).toEqual([])
    expect(triggersOf({ now: '01T12:29', progress: failing })).toEqual([])
    expect(triggersOf({ now: '01T12:29', progress: { ...throttled, asked: 'commit' } })).toEqual([])
    expect(triggersOf({ now: '01T12:29', progress: { ...failing, asked: 'commit' } })).toEqual([
      'commit 01T12:00',
    ])
    expect(triggersOf({ now: '01T12:30', progress: throttled })).toEqual(['schedule 01T12:00'])
    expect(triggersOf({ now: '01T12:30', progress: failing })).toEqual(['schedule 01T12:00'])
    expect(triggersOf({ now: '01T10:40', progress: { ...throttled, retryAtMs: at('01T10:40') } })).toEqual([])
  })
})

it('spreads many stacks evenly when they catch up', () => {
  const shares = Array.from({ length: 1000 }, (_, index) => stackShare(`prod/stack-${index}`))
  const perTenth = Array.from(
    { length: 10 },
    (_, tenth) => shares.filter((share) => Math.floor(share * 10) === tenth).length,
  )
  expect(Math.min(...perTenth)).toBeGreaterThan(60)
  expect(CATCH_UP_SPREAD_MS).toBe(5 * MINUTE_MS)
})
