import { endOfDayMs } from '../domain/alert-matter.js'
import type { AlertPolicy, AlertRoute, Mute } from '../domain/alert-policy.js'
import type { AlertPace } from '../domain/alert-reason.js'
import type { WeekWindow } from '../lib/week-window.js'
import { compileRecordMatch } from './record-matcher.js'
import type { Config } from './schema.js'
import type { RouteConfig } from './sections/alerts.js'

/** The first instant from one on that one of the windows holds; null: none does. */
export type NextOpening = (windows: readonly WeekWindow[], instantMs: number) => number | null

/** Who is told what and how fast, as driftd.yaml says. Without routes every channel is told everything. */
export function toAlertPolicy({ alerts, mutes }: Config, nextOpening: NextOpening): AlertPolicy {
  const { groupWaitMs, groupIntervalMs, repeatAfterMs, causeStacks, scanFailing, pendingTooLongMs } = alerts
  const pace = { groupWaitMs, groupIntervalMs, repeatAfterMs }
  const root = { channels: Object.keys(alerts.channels), pace, openFromMs: (instantMs: number) => instantMs }
  const compiled = alerts.routes.map((route) => toRoute(route, root, nextOpening))
  const everything = { ...root, matches: () => true, continues: false, routes: [] }
  return {
    routes: alerts.routes.length === 0 ? [everything] : compiled,
    mutes: mutes.map(toMute),
    pace,
    causeStacks,
    failingAfter: scanFailing.after,
    pendingAfterMs: pendingTooLongMs ?? null,
    budgetOf: (channel) => alerts.budgets[channel] ?? alerts.budget,
  }
}

type Inherited = Pick<AlertRoute, 'channels' | 'pace' | 'openFromMs'>

function toRoute(config: RouteConfig, outer: Inherited, nextOpening: NextOpening): AlertRoute {
  const { activeTimes } = config
  const own: Inherited = {
    channels: config.channels ?? outer.channels,
    pace: toPace(config, outer.pace),
    openFromMs: activeTimes === undefined ? outer.openFromMs : (atMs) => nextOpening(activeTimes, atMs),
  }
  return {
    ...own,
    matches: compileRecordMatch(config.match),
    continues: config.continue,
    routes: config.routes.map((route) => toRoute(route, own, nextOpening)),
  }
}

function toPace({ groupWaitMs, groupIntervalMs, repeatAfterMs }: RouteConfig, outer: AlertPace): AlertPace {
  return {
    groupWaitMs: groupWaitMs ?? outer.groupWaitMs,
    groupIntervalMs: groupIntervalMs ?? outer.groupIntervalMs,
    repeatAfterMs: repeatAfterMs ?? outer.repeatAfterMs,
  }
}

function toMute({ match, reason, author, until }: Config['mutes'][number]): Mute {
  return { matches: compileRecordMatch(match), reason, author, endsAtMs: endOfDayMs(until) }
}
