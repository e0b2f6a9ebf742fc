/** A stretch of time in which a zone's clocks differ from UTC by one amount. Instants are milliseconds since 1970. */
export interface ZoneSpan {
  readonly fromMs: number
  /** Exclusive. */
  readonly untilMs: number
  /** Local time less UTC. */
  readonly offsetMs: number
}

/** What the clocks of one time zone show. */
export interface TimeZone {
  readonly name: string
  /** The span that holds an instant. Spans end with the year at the latest, so two in a row may have one offset. */
  spanAt(instantMs: number): ZoneSpan
}

const DAY_MS = 86_400_000
/** No zone changes its clocks twice within a week (the shortest on record is Morocco's month of Ramadan). */
const PROBE_MS = 7 * DAY_MS
/** Years kept per zone: a year takes half a millisecond to look through. */
const MAX_YEARS_KEPT = 128

/** What a zone's clocks show is the same for everyone, and asking `Intl` is slow: kept for the life of the process. */
const zones = new Map<string, TimeZone>()

/** The zone with this IANA name. Throws a RangeError where the machine knows none. */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = createTimeZone(name)
  zones.set(name, zone)
  return zone
}

/** What the zone's clocks show at an instant, as the milliseconds of the instant at which UTC clocks show the same. */
export function toLocalMs(zone: TimeZone, instantMs: number): number {
  return instantMs + zone.spanAt(instantMs).offsetMs
}

function createTimeZone(name: string): TimeZone {
  const readOffset = offsetReader(name)
  const years = new Map<number, readonly ZoneSpan[]>()
  const spansOf = (year: number): readonly ZoneSpan[] => {
    const known = years.get(year)
    if (known !== undefined) return known
    if (years.size >= MAX_YEARS_KEPT) years.clear()
    const spans = readSpans(readOffset, Date.UTC(year, 0), Date.UTC(year + 1, 0))
    years.set(year, spans)
    return spans
  }
  let last: ZoneSpan | null = null
  return {
    name,
    spanAt(instantMs) {
      if (last !== null && instantMs >= last.fromMs && instantMs < last.untilMs) return last
      const spans = spansOf(new Date(instantMs).getUTCFullYear())
      const span = spans.find(({ untilMs }) => instantMs < untilMs)
      if (span === undefined) throw new RangeError(`${instantMs} is no instant`)
      last = span
      return span
    },
  }
}

type OffsetReader = (instantMs: number) => number

function offsetReader(timeZone: string): OffsetReader {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instantMs) => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value)
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000
  }
}

function readSpans(readOffset: OffsetReader, fromMs: number, untilMs: number): readonly ZoneSpan[] {
  const spans: ZoneSpan[] = []
  let spanFromMs = fromMs
  let offsetMs = readOffset(fromMs)
  for (let probeMs = fromMs; probeMs < untilMs; probeMs += PROBE_MS) {
    const endMs = Math.min(probeMs + PROBE_MS, untilMs - 1)
    const endOffsetMs = readOffset(endMs)
    if (endOffsetMs === offsetMs) continue
    const changeMs = findChange(readOffset, probeMs, endMs)
    spans.push({ fromMs: spanFromMs, untilMs: changeMs, offsetMs })
    spanFromMs = changeMs
    offsetMs = endOffsetMs
  }
  spans.push({ fromMs: spanFromMs, untilMs, offsetMs })
  return spans
}

/** The first instant of the new offset, where the offsets at `beforeMs` and `afterMs` differ. */
function findChange(readOffset: OffsetReader, beforeMs: number, afterMs: number): number {
  const offsetMs = readOffset(beforeMs)
  let low = beforeMs
  let high = afterMs
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (readOffset(middle) === offsetMs) low = middle
    else high = middle
  }
  return high
}
