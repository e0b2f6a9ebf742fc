import { describe, expect, it } from 'vitest'
import { parseWindow } from '../../src/config/values/window.js'
import { decideNextScan } from '../../src/schedule/next-scan.js'
import { NEW_PROGRESS, type ScheduledStack, type StackProgress } from '../../src/schedule/scheduled-stack.js'
import { buildScheduledStack } from '../helpers/scheduler-lab.js'

const at = (time: string): number => Date.parse(`2027-01-01T${time}:00Z`)
const around = { lastMs: at('10:00'), nextMs: at('11:00') }

function nextAt(progress: Partial<StackProgress>, stack: Partial<ScheduledStack> = {}): string | null {
  const scanned = { ...NEW_PROGRESS, lastSlotMs: at('10:00'), lastAttemptAtMs: at('10:00') }
  const tracked = { stack: buildScheduledStack('a', stack), progress: { ...scanned, ...progress } }
  const nextMs = decideNextScan(tracked, around, at('10:30'))
  return nextMs === null ? null : new Date(nextMs).toISOString().slice(11, 16)
}

describe('decideNextScan', () => {
  it.each([
    ['the next slot', {}, {}, '11:00'],
    ['now, where it waits', { isWaiting: true }, {}, '10:30'],
    ['now, where it is due', { lastSlotMs: at('09:00') }, {}, '10:30'],
    ['now, where it was never scanned', { lastSlotMs: null, lastAttemptAtMs: null }, {}, '10:30'],
    ['an early retry', { retryAtMs: at('10:40') }, {}, '10:40'],
    ['the end of a hold-back', { holdBack: { reason: 'failing', untilMs: at('14:05') } }, {}, '14:05'],
    ['never, where it is paused', {}, { isPaused: true }, null],
    [
      'when its window opens',
      {},
      { only: [parseWindow('daily 12:00-13:00')].filter((it) => it !== null) },
      '12:00',
    ],
  ] satisfies [string, Partial<StackProgress>, Partial<ScheduledStack>, string | null][])(
    'is %s',
    (_, progress, stack, expected) => {
      expect(nextAt(progress, stack)).toBe(expected)
    },
  )
})
