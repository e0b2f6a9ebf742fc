import type { CronFields } from './cron-fields.js'

const DAY_MS = 86_400_000
const LAST_SECOND = 86_399

/**
 * The first second, in [fromMs, untilMs), that the expression asks for, by a clock without jumps: local times are
 * written as the milliseconds at which a clock on UTC shows the same. Null: there is none.
 */
export function firstLocalMatch(fields: CronFields, fromMs: number, untilMs: number): number | null {
  const fromSecond = Math.ceil(fromMs / 1000)
  for (let day = Math.floor(fromSecond / (DAY_MS / 1000)); day * DAY_MS < untilMs; day += 1) {
    if (!fields.hasDay(day)) continue
    const second = firstSecond(fields, Math.max(0, fromSecond - (day * DAY_MS) / 1000))
    if (second === null) continue
    const match = day * DAY_MS + second * 1000
    return match < untilMs ? match : null
  }
  return null
}

/** The last second, in [fromMs, untilMs), that the expression asks for, or null. */
export function lastLocalMatch(fields: CronFields, fromMs: number, untilMs: number): number | null {
  const lastSecond = Math.ceil(untilMs / 1000) - 1
  const mirrored = mirror(fields)
  for (let day = Math.floor((lastSecond * 1000) / DAY_MS); (day + 1) * DAY_MS > fromMs; day -= 1) {
    if (!fields.hasDay(day)) continue
    const second = firstSecond(mirrored, Math.max(0, LAST_SECOND - (lastSecond - (day * DAY_MS) / 1000)))
    if (second === null) continue
    const match = day * DAY_MS + (LAST_SECOND - second) * 1000
    return match >= fromMs ? match : null
  }
  return null
}

type TimesOfDay = Pick<CronFields, 'hours' | 'minutes' | 'seconds'>

/** The first second of a day, at or after the given one, that hours, minutes and seconds ask for. */
function firstSecond({ hours, minutes, seconds }: TimesOfDay, from: number): number | null {
  const fromHour = Math.floor(from / 3600)
  const fromMinute = Math.floor(from / 60) % 60
  for (const hour of hours) {
    if (hour < fromHour) continue
    for (const minute of minutes) {
      if (hour === fromHour && minute < fromMinute) continue
      const isPast = (second: number): boolean => hour * 3600 + minute * 60 + second < from
      const second = seconds.find((candidate) => !isPast(candidate))
      if (second !== undefined) return hour * 3600 + minute * 60 + second
    }
  }
  return null
}

/** The same times on a clock that runs backwards, so that the last one is the first. */
function mirror({ hours, minutes, seconds }: TimesOfDay): TimesOfDay {
  const turn = (values: readonly number[], highest: number): readonly number[] =>
    values.map((value) => highest - value).reverse()
  return { hours: turn(hours, 23), minutes: turn(minutes, 59), seconds: turn(seconds, 59) }
}
