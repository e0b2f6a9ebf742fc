import { type TimeZone, timeZone, type ZoneSpan } from '../lib/time-zone.js'
import { type CronFields, parseCron } from './cron-fields.js'
import { firstLocalMatch, lastLocalMatch } from './local-time.js'

/** When a stack is due: a cron expression and the zone whose clocks it speaks of. */
export interface Schedule {
  readonly expression: string
  /** IANA name. */
  readonly timezone: string
}

/** The slots on both sides of an instant, in milliseconds since 1970. Null: none within fifty years. */
export interface SlotsAround {
  /** At or before it. */
  readonly lastMs: number | null
  /** After it. */
  readonly nextMs: number | null
}

/** Finds the slots around an instant (milliseconds since 1970). */
export type SlotFinder = (schedule: Schedule, nowMs: number) => SlotsAround

const HOURS_OF_DAY = 24
const DAY_MS = 86_400_000
const LIMIT_MS = 50 * 366 * DAY_MS

/**
 * Finds the slots of schedules, keeping what it found: thousands of stacks have a few schedules between them, and
 * between two slots the answer is the same. The rule for the days on which the clocks change:
 *
 * - A schedule of some hours (`30 2 * * *`) has each of its local times once a day. A time that the clocks leave out is
 *   due at the first instant after the gap; of a time that comes twice the first is meant.
 * - A schedule of every hour (`15 * * * *`) keeps its pace: what the clocks leave out is not missed by anybody, and in
 *   the hour that comes twice it is due twice, at instants an hour apart.
 */
export function createSlotFinder(): SlotFinder {
  const byText = new Map<string, KnownSlots>()
  // the schedule of a stack is the same object each time: to put its text together takes longer than all the rest
  const byObject = new WeakMap<Schedule, KnownSlots>()
  const knownOf = (schedule: Schedule): KnownSlots => {
    const text = `${schedule.timezone} ${schedule.expression}`
    const known = byText.get(text) ?? { compiled: compile(schedule), around: null, askedMs: 0 }
    byText.set(text, known)
    byObject.set(schedule, known)
    return known
  }
  return (schedule, nowMs) => {
    const known = byObject.get(schedule) ?? knownOf(schedule)
    if (known.around !== null && isStillRight(known.around, known.askedMs, nowMs)) return known.around
    known.around = { lastMs: lastSlot(known.compiled, nowMs), nextMs: nextSlot(known.compiled, nowMs) }
    known.askedMs = nowMs
    return known.around
  }
}

interface KnownSlots {
  readonly compiled: CompiledSchedule
  /** Null before it was asked for the first time. */
  around: SlotsAround | null
  askedMs: number
}

/** To look through fifty years for a slot that is not there takes a while: that is done once a day. */
function isStillRight({ lastMs, nextMs }: SlotsAround, askedMs: number, nowMs: number): boolean {
  if ((lastMs === null || nextMs === null) && Math.abs(nowMs - askedMs) > DAY_MS) return false
  return (lastMs === null || lastMs <= nowMs) && (nextMs === null || nowMs < nextMs)
}

interface CompiledSchedule {
  readonly fields: CronFields
  readonly zone: TimeZone
  readonly isOfEveryHour: boolean
}

function compile({ expression, timezone }: Schedule): CompiledSchedule {
  const fields = parseCron(expression)
  return { fields, zone: timeZone(timezone), isOfEveryHour: fields.hours.length === HOURS_OF_DAY }
}

function nextSlot(schedule: CompiledSchedule, nowMs: number): number | null {
  for (let fromMs = nowMs + 1; fromMs < nowMs + LIMIT_MS; ) {
    const part = partAt(schedule, fromMs)
    if (part.gapSlotMs !== null && part.gapSlotMs >= fromMs) return part.gapSlotMs
    const { offsetMs, untilMs } = part.span
    const localFromMs = Math.max(fromMs + offsetMs, part.localFromMs)
    const match = firstLocalMatch(schedule.fields, localFromMs, untilMs + offsetMs)
    if (match !== null) return match - offsetMs
    fromMs = untilMs
  }
  return null
}

function lastSlot(schedule: CompiledSchedule, nowMs: number): number | null {
  for (let atMs = nowMs; atMs > nowMs - LIMIT_MS; ) {
    const part = partAt(schedule, atMs)
    const { offsetMs, fromMs } = part.span
    const match = lastLocalMatch(schedule.fields, part.localFromMs, atMs + offsetMs + 1)
    if (match !== null) return match - offsetMs
    if (part.gapSlotMs !== null) return part.gapSlotMs
    atMs = fromMs - 1
  }
  return null
}

/** A stretch of equal offset, with what the change of the clocks at its beginning means for a schedule. */
interface SchedulePart {
  readonly span: ZoneSpan
  /** The local time from which on it has slots of its own: later than its beginning where times come twice. */
  readonly localFromMs: number
  /** Its beginning, where the clocks left out a time that the schedule asks for. */
  readonly gapSlotMs: number | null
}

function partAt({ fields, zone, isOfEveryHour }: CompiledSchedule, instantMs: number): SchedulePart {
  const span = zone.spanAt(instantMs)
  const localFromMs = span.fromMs + span.offsetMs
  const localBeforeMs = span.fromMs + zone.spanAt(span.fromMs - 1).offsetMs
  if (isOfEveryHour) return { span, localFromMs, gapSlotMs: null }
  const isTimeLeftOut = firstLocalMatch(fields, localBeforeMs, localFromMs) !== null
  return {
    span,
    localFromMs: Math.max(localFromMs, localBeforeMs),
    gapSlotMs: isTimeLeftOut ? span.fromMs : null,
  }
}
