import cron from 'node-cron'

/** A cron expression, taken apart by node-cron and made ready to be asked quickly. */
export interface CronFields {
  /** Sorted, each value once. */
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  /** Whether the expression asks for a day of the calendar, given as days since 1970-01-01. */
  hasDay(dayNumber: number): boolean
}

const DAY_MS = 86_400_000

/**
 * The fields of an expression with five fields, or six with seconds first. node-cron is the one that parses and
 * validates; what it says is what the configuration accepts. Day of month and day of week must both match, as there.
 * Throws node-cron's error where it is no cron expression.
 */
export function parseCron(expression: string): CronFields {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = cron.parse(expression)
  const isDayOfMonth = anyOf(dayOfMonth.map(dayOfMonthRule))
  const isDayOfWeek = anyOf(dayOfWeek.map(dayOfWeekRule))
  const decideDay = (dayNumber: number): boolean => {
    const day = calendarDay(dayNumber)
    return month.includes(day.month) && isDayOfMonth(day) && isDayOfWeek(day)
  }
  // a schedule of every hour asks for the same day 48 times in a row
  let known = { dayNumber: Number.NaN, has: false }
  return {
    seconds: sortedOnce(second),
    minutes: sortedOnce(minute),
    hours: sortedOnce(hour),
    hasDay(dayNumber) {
      if (known.dayNumber !== dayNumber) known = { dayNumber, has: decideDay(dayNumber) }
      return known.has
    },
  }
}

interface CalendarDay {
  /** From 1, as cron counts. */
  readonly month: number
  readonly day: number
  /** 0 = Sunday. */
  readonly weekday: number
  readonly daysInMonth: number
}

type DayRule = (day: CalendarDay) => boolean

function calendarDay(dayNumber: number): CalendarDay {
  const date = new Date(dayNumber * DAY_MS)
  const month = date.getUTCMonth()
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  return { month: month + 1, day: date.getUTCDate(), weekday: date.getUTCDay(), daysInMonth }
}

/** `15`, `L` (the last day), `L-3` (three before it), `15W` and `LW` (the working day nearest to it in its month). */
function dayOfMonthRule(token: number | string): DayRule {
  if (typeof token === 'number') return ({ day }) => day === token
  const [, fromLast, nearTo] = /^L(?:-(\d+))?$|^(\d+|L)W$/.exec(token) ?? []
  if (nearTo !== undefined) {
    return (day) => day.day === nearestWorkingDay(day, nearTo === 'L' ? day.daysInMonth : Number(nearTo))
  }
  return ({ day, daysInMonth }) => day === daysInMonth - Number(fromLast ?? 0)
}

/** `5`, `5L` (the last Friday of the month), `5#2` (its second). */
function dayOfWeekRule(token: number | string): DayRule {
  if (typeof token === 'number') return ({ weekday }) => weekday === token % 7
  const [, lastWeekday, weekday, nth] = /^([0-7])L$|^([0-7])#([1-5])$/.exec(token) ?? []
  if (lastWeekday !== undefined) {
    return (day) => day.weekday === Number(lastWeekday) % 7 && day.day + 7 > day.daysInMonth
  }
  return (day) => day.weekday === Number(weekday) % 7 && Math.ceil(day.day / 7) === Number(nth)
}

/** The day of the month, or none where the month has no such day. */
function nearestWorkingDay({ day, weekday, daysInMonth }: CalendarDay, target: number): number | null {
  if (target > daysInMonth) return null
  const targetWeekday = (((weekday + target - day) % 7) + 7) % 7
  if (targetWeekday === 6) return target === 1 ? 3 : target - 1
  if (targetWeekday === 0) return target === daysInMonth ? target - 2 : target + 1
  return target
}

function anyOf(rules: readonly DayRule[]): DayRule {
  return (day) => rules.some((rule) => rule(day))
}

function sortedOnce(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}
