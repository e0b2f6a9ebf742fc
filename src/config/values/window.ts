import { z } from 'zod'
import type { WeekWindow } from '../../lib/week-window.js'
import { isTimezone } from './schedule.js'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const WINDOW = /^(\S+) ([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})(?: (\S+))?$/
const EXPECTED = 'must be a window such as "Mon-Fri 08:00-18:00 Europe/Berlin"'
const MINUTES_OF_DAY = 24 * 60

/** A window from its text, or null where the text is none. Days: `Mon-Fri`, `Sat,Sun`, `daily`; zone: UTC unless given. */
export function parseWindow(text: string): WeekWindow | null {
  const [, dayText, fromHour, fromMin, toHour, toMin, timezone = 'UTC'] = WINDOW.exec(text) ?? []
  if (dayText === undefined || !isTimezone(timezone)) return null
  const days = parseDays(dayText)
  const fromMinute = minuteOfDay(fromHour, fromMin)
  const toMinute = minuteOfDay(toHour, toMin)
  if (days === null || fromMinute === null || toMinute === null) return null
  if (fromMinute === MINUTES_OF_DAY || fromMinute === toMinute) return null
  return { days, fromMinute, toMinute, timezone }
}

/** A window as driftd.yaml has it. */
export const windowSchema = z
  .string({ error: EXPECTED })
  .transform((text, context) => {
    const window = parseWindow(text)
    if (window !== null) return window
    context.addIssue({ code: 'custom', message: EXPECTED })
    return z.NEVER
  })
  .meta({ examples: ['Mon-Fri 08:00-18:00 Europe/Berlin'] })

function parseDays(text: string): readonly number[] | null {
  if (text.toLowerCase() === 'daily') return [0, 1, 2, 3, 4, 5, 6]
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first, last = first, ...rest] = part.split('-').map(dayNumber)
    if (first === undefined || last === undefined || first < 0 || last < 0 || rest.length > 0) return null
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === last) break
    }
  }
  return [...days].sort((a, b) => a - b)
}

function dayNumber(name: string): number {
  return DAYS.findIndex((day) => day.toLowerCase() === name.toLowerCase())
}

function minuteOfDay(hour: string | undefined, minute: string | undefined): number | null {
  const total = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && total <= MINUTES_OF_DAY ? total : null
}
