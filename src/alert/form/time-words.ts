const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const DAYS_WITH_HOURS = 7

/** `2026-11-24 14:02 UTC`, of an ISO time. */
export function timeText(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 16)} UTC`
}

/** `4 min`, `3 h`, `1 d 2 h`, `12 d`: the time between two ISO times. */
export function spanText(fromTime: string, toTime: string): string {
  const ms = Math.max(0, Date.parse(toTime) - Date.parse(fromTime))
  if (ms < MINUTE_MS) return 'less than a minute'
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  return days < DAYS_WITH_HOURS && hours > 0 ? `${days} d ${hours} h` : `${days} d`
}
