import { CATCH_UP_SPREAD_MS } from '../../src/schedule/decide-due.js'
import type { ScheduledStack } from '../../src/schedule/scheduled-stack.js'
import { createSlotFinder } from '../../src/schedule/slots.js'
import { IN_SYNC, startSchedulerLab } from './scheduler-lab.js'

/** Something that befalls the machine. */
export interface Trouble {
  /** ISO 8601, by a clock that is always right. */
  readonly at: string
  /**
   * `sleep`: the machine sleeps. `down`: driftd is killed, and started after a while. `wrong-clock`: the clock is off by
   * `skewMs` for a while.
   */
  readonly kind: 'sleep' | 'down' | 'wrong-clock'
  readonly durationMs: number
  readonly skewMs?: number
}

/** A time that is to be lived through. Scans take no time. */
export interface Simulation {
  readonly from: string
  readonly until: string
  readonly stacks: readonly ScheduledStack[]
  /** In the order of their times. */
  readonly troubles: readonly Trouble[]
  readonly pollMs: number
}

/** What came of a simulation: how much happened, and everything that should not have. */
export interface SimulationResult {
  readonly scans: number
  readonly slots: number
  readonly caughtUp: number
  readonly violations: readonly string[]
}

/** A slot is scanned for so soon. */
const PROMPT_MS = 2_000

/** Lives through a time and checks: no slot lost, none run twice, one scan at most to catch up with what was missed. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const timesOf = await live(simulation)
  const perStack = simulation.stacks.map((stack) =>
    judgeStack(stack, timesOf.get(stack.name) ?? [], simulation),
  )
  return {
    scans: sum([...timesOf.values()].map((times) => times.length)),
    slots: sum(perStack.map(({ slots }) => slots)),
    caughtUp: sum(perStack.map(({ caughtUp }) => caughtUp)),
    violations: perStack.flatMap(({ violations }) => violations),
  }
}

/** When each stack was scanned, by the clock that is always right. */
async function live(simulation: Simulation): Promise<ReadonlyMap<string, readonly number[]>> {
  const { from, until, stacks, troubles, pollMs } = simulation
  const timesOf = new Map(stacks.map(({ name }) => [name, [] as number[]]))
  let skewMs = 0
  let lab = startSchedulerLab({
    at: from,
    stacks,
    pollMs,
    slots: stacks.length,
    leaseMs: 3 * pollMs,
    outcome: ({ stack }) => {
      timesOf.get(stack)?.push(lab.clock.now().getTime() - skewMs)
      return IN_SYNC
    },
  })
  const { clock } = lab
  const liveUntil = (ms: number): Promise<void> => clock.advance(ms - clock.now().getTime() + skewMs)
  for (const trouble of troubles) {
    await liveUntil(Date.parse(trouble.at))
    if (trouble.kind === 'wrong-clock') {
      skewMs = trouble.skewMs ?? 0
      clock.step(skewMs)
      await clock.advance(trouble.durationMs)
      clock.step(-skewMs)
      skewMs = 0
    } else {
      clock.step(trouble.durationMs)
      if (trouble.kind === 'down') lab = lab.restart()
    }
  }
  await liveUntil(Date.parse(until))
  await lab.scheduler.stop(0)
  if (lab.errors.length > 0) throw lab.errors[0]
  return timesOf
}

interface StackVerdict {
  readonly slots: number
  readonly caughtUp: number
  readonly violations: readonly string[]
}

/** A stretch in which slots cannot be kept, and until when scans may still be out of step because of it. */
interface Shadow {
  readonly fromMs: number
  readonly untilMs: number
  readonly settledMs: number
  /** Until when what was missed is caught up. */
  readonly caughtUpMs: number
  readonly isClockWrong: boolean
  readonly skewMs: number
}

function judgeStack(
  { name, schedule }: ScheduledStack,
  times: readonly number[],
  { from, until, troubles, pollMs }: Simulation,
): StackVerdict {
  const slots = slotsBetween(schedule, Date.parse(from), Date.parse(until))
  const shadows = troubles.map((trouble) => toShadow(trouble, pollMs))
  const violations: string[] = []
  const say = (what: string, ms: number): void => {
    violations.push(`${name}: ${what} ${new Date(ms).toISOString()}`)
  }
  const plainSlots = slots.filter((slot) => !shadows.some((shadow) => isIn(shadow, slot)))
  for (const slot of plainSlots) {
    const count = countIn(times, slot, slot + PROMPT_MS)
    if (count === 0) say('slot lost', slot)
    if (count > 1) say('slot run twice', slot)
  }
  // the first one is that of a new stack
  const others = times.slice(1).filter((atMs) => countIn(slots, atMs - PROMPT_MS + 1, atMs) === 0)
  for (const atMs of others) {
    if (!shadows.some((shadow) => isIn(shadow, atMs))) say('scanned without a slot', atMs)
  }
  for (const shadow of shadows) judgeShadow(shadow, { times, slots, say })
  return { slots: plainSlots.length, caughtUp: others.length, violations }
}

/** After a trouble one scan makes up for all slots that were missed; while the clock is wrong, scans go on at their pace. */
function judgeShadow(
  { fromMs, untilMs, caughtUpMs, settledMs, isClockWrong, skewMs }: Shadow,
  {
    times,
    slots,
    say,
  }: {
    readonly times: readonly number[]
    readonly slots: readonly number[]
    say(what: string, ms: number): void
  },
): void {
  const after = countIn(times, untilMs, caughtUpMs)
  if (after > countIn(slots, untilMs, caughtUpMs) + 1) say('burst after', untilMs)
  if (!isClockWrong) {
    if (countIn(slots, fromMs + 1, untilMs) > 0 && after === 0) say('not caught up after', untilMs)
    return
  }
  for (const [index, slot] of slots.entries()) {
    if (slot < fromMs || slot > settledMs) continue
    // a slot is none where the wrong clock shows another day of the week
    if (slot <= untilMs && countIn(slots, slot + skewMs, slot + skewMs) === 0) continue
    const interval = (slots[index + 1] ?? slot) - slot
    if (countIn(times, slot - interval + 1, slot + interval - 1) === 0) say('nothing scanned around', slot)
  }
}

/** How many of some sorted times lie in [fromMs, untilMs]. */
function countIn(sorted: readonly number[], fromMs: number, untilMs: number): number {
  return firstAt(sorted, untilMs + 1) - firstAt(sorted, fromMs)
}

/** The index of the first of some sorted times that is not before a time. */
function firstAt(sorted: readonly number[], ms: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < ms) low = middle + 1
    else high = middle
  }
  return low
}

function toShadow({ at, kind, durationMs, skewMs = 0 }: Trouble, pollMs: number): Shadow {
  const fromMs = Date.parse(at)
  const untilMs = fromMs + durationMs
  // a timer that stood still goes on with what was left of it
  const caughtUpMs = untilMs + CATCH_UP_SPREAD_MS + 2 * pollMs
  const settledMs = caughtUpMs + Math.abs(skewMs)
  return { fromMs, untilMs, caughtUpMs, settledMs, isClockWrong: kind === 'wrong-clock', skewMs }
}

function isIn({ fromMs, settledMs }: Shadow, ms: number): boolean {
  return ms >= fromMs && ms <= settledMs
}

function slotsBetween(
  schedule: ScheduledStack['schedule'],
  fromMs: number,
  untilMs: number,
): readonly number[] {
  const slotsAround = createSlotFinder()
  const slots: number[] = []
  for (let atMs = fromMs; ; ) {
    const { nextMs } = slotsAround(schedule, atMs)
    if (nextMs === null || nextMs > untilMs) return slots
    slots.push(nextMs)
    atMs = nextMs
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
