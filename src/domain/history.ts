import type { DriftEvent } from './drift.js'
import type { PastScan } from './scan.js'
import { coverageRatio } from './verdict.js'

/** What happened to a stack. Means are null where there is nothing to take one of. */
export interface StackHistory {
  readonly stack: string
  /** False: it is configured no longer. Nobody scans it, and what was open is as it was last seen. */
  readonly isConfigured: boolean
  /** From the last good scan that did not see a drift to its opening. */
  readonly meanTimeToDetectMs: number | null
  /** From the opening of a drift to its resolution. */
  readonly meanTimeToResolveMs: number | null
  /** Newest first. */
  readonly days: readonly HistoryDay[]
  /** Newest first. */
  readonly scans: readonly PastScan[]
  /** Newest first. */
  readonly events: readonly DriftEvent[]
}

/** One day, in UTC. */
export interface HistoryDay {
  /** `2026-11-24`. */
  readonly date: string
  readonly scans: number
  /** Scans without a verdict. */
  readonly failed: number
  /** Drifts that opened, for the first time or again. */
  readonly opened: number
  readonly resolved: number
  /** The least share that a scan of this day verified, between 0 and 1; null where none reached a verdict. */
  readonly leastCoverage: number | null
}

const OPENING: ReadonlySet<DriftEvent['type']> = new Set(['opened', 'reopened'])
const DATE_LENGTH = '2026-11-24'.length

/** Sums up the scans and events of a stack, both newest first. */
export function summarizeHistory(
  stack: string,
  scans: readonly PastScan[],
  events: readonly DriftEvent[],
): Omit<StackHistory, 'isConfigured'> {
  return {
    stack,
    meanTimeToDetectMs: meanMs(events.filter(({ type }) => OPENING.has(type))),
    meanTimeToResolveMs: meanMs(events.filter(({ type }) => type === 'resolved')),
    days: daysOf(scans, events),
    scans,
    events,
  }
}

/** Of events that know what they are measured from. */
function meanMs(events: readonly DriftEvent[]): number | null {
  const spans = events.flatMap(({ at, since }) =>
    since === null ? [] : [Date.parse(at) - Date.parse(since)],
  )
  return spans.length === 0 ? null : Math.round(spans.reduce((sum, span) => sum + span, 0) / spans.length)
}

function daysOf(scans: readonly PastScan[], events: readonly DriftEvent[]): readonly HistoryDay[] {
  const days = new Map<string, { readonly scans: PastScan[]; readonly events: DriftEvent[] }>()
  const dayAt = (isoTime: string) => {
    const date = isoTime.slice(0, DATE_LENGTH)
    const day = days.get(date) ?? { scans: [], events: [] }
    days.set(date, day)
    return day
  }
  for (const scan of scans) dayAt(scan.startedAt).scans.push(scan)
  for (const event of events) dayAt(event.at).events.push(event)
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([date, day]) => dayOf(date, day.scans, day.events))
}

function dayOf(date: string, scans: readonly PastScan[], events: readonly DriftEvent[]): HistoryDay {
  const ratios = scans
    .filter(({ status }) => status !== 'failed')
    .map(({ coverage }) => coverageRatio(coverage))
  return {
    date,
    scans: scans.length,
    failed: scans.length - ratios.length,
    opened: events.filter(({ type }) => OPENING.has(type)).length,
    resolved: events.filter(({ type }) => type === 'resolved').length,
    leastCoverage: ratios.length === 0 ? null : Math.min(...ratios),
  }
}
