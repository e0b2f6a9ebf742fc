import { timeZone, toLocalMs, type ZoneSpan } from './time-zone.js'

/** A part of the week. Where `toMinute` is not after `fromMinute`, it ends on the day after the one it began on. */
export interface WeekWindow {
  /** Days it begins on, 0 = Sunday. */
  readonly days: readonly number[]
  /** Minutes after midnight; `toMinute` is exclusive and may be 1440. */
  readonly fromMinute: number
  readonly toMinute: number
  readonly timezone: string
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4
/** A window opens once a week at least; a day more where its hour was left out by the clocks. */
const MAX_DAYS_AHEAD = 15

/** True where one of the windows holds the instant, by what the clocks of its zone show. No windows hold nothing. */
export function isWithin(windows: readonly WeekWindow[], instantMs: number): boolean {
  return windows.some((window) => holds(window, toLocalMs(timeZone(window.timezone), instantMs)))
}

/** The first instant, not before the given one, that one of the windows holds; null where there are no windows. */
export function nextOpening(windows: readonly WeekWindow[], instantMs: number): number | null {
  const openings = windows.flatMap((window) => openingOf(window, instantMs) ?? [])
  return openings.length === 0 ? null : Math.min(...openings)
}

function holds({ days, fromMinute, toMinute }: WeekWindow, localMs: number): boolean {
  const day = weekday(localMs)
  const minute = minuteOfDay(localMs)
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute
  const beganToday = days.includes(day) && minute >= fromMinute
  const beganYesterday = days.includes((day + 6) % 7) && minute < toMinute
  return beganToday || beganYesterday
}

/**
 * Walks from one stretch of equal offset to the next: a window opens at its time of day, or at the moment at which the
 * clocks jump into it.
 */
function openingOf(window: WeekWindow, instantMs: number): number | null {
  const zone = timeZone(window.timezone)
  const limitMs = instantMs + MAX_DAYS_AHEAD * DAY_MS
  for (let atMs = instantMs; atMs < limitMs; ) {
    const span = zone.spanAt(atMs)
    const opening = openingIn(window, span, atMs)
    if (opening !== null) return opening
    atMs = span.untilMs
  }
  return null
}

function openingIn(window: WeekWindow, span: ZoneSpan, atMs: number): number | null {
  const localMs = atMs + span.offsetMs
  if (holds(window, localMs)) return atMs
  const firstDay = Math.floor(localMs / DAY_MS)
  for (let day = firstDay; day <= firstDay + MAX_DAYS_AHEAD; day += 1) {
    const openingMs = day * DAY_MS + window.fromMinute * MINUTE_MS - span.offsetMs
    if (openingMs >= span.untilMs) return null
    if (openingMs >= atMs && window.days.includes(weekday(day * DAY_MS))) return openingMs
  }
  return null
}

function weekday(localMs: number): number {
  const day = (Math.floor(localMs / DAY_MS) + FIRST_WEEKDAY) % 7
  return day < 0 ? day + 7 : day
}

function minuteOfDay(localMs: number): number {
  return Math.floor((localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / MINUTE_MS)
}
