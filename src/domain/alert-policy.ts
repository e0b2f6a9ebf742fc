import type { Matter, StackFacts } from './alert-matter.js'
import type { AlertPace } from './alert-reason.js'
import type { PlacedMatter } from './judge-matters.js'
import type { Kind } from './record.js'
import type { Severity } from './severity.js'

/** What routes and mutes look at. The trouble of a stack's scans has a severity, but no kind, address or host. */
export interface RouteFacts {
  readonly stack: string
  readonly repository: string | null
  /** The stack's; `owner` also from CODEOWNERS. */
  readonly labels: Readonly<Record<string, string>>
  readonly severity: Severity
  readonly kind: Kind | null
  readonly address: string | null
  readonly host: string | null
}

/** One way to channels; routes inside it are asked first, and inherit what they do not say themselves. */
export interface AlertRoute {
  matches(facts: RouteFacts): boolean
  readonly channels: readonly string[]
  /** The routes beside and below it are asked too. */
  readonly continues: boolean
  readonly routes: readonly AlertRoute[]
  readonly pace: AlertPace
  /** The first instant from this one on at which it may tell; null: never. */
  openFromMs(instantMs: number): number | null
}

/** What nobody is told of, and until when. */
export interface Mute {
  matches(facts: RouteFacts): boolean
  readonly reason: string
  readonly author: string
  readonly endsAtMs: number
}

/** How many messages a channel may have in how much time. */
export interface AlertBudget {
  readonly messages: number
  readonly perMs: number
}

/** Who is told what, and how fast. */
export interface AlertPolicy {
  readonly routes: readonly AlertRoute[]
  readonly mutes: readonly Mute[]
  readonly pace: AlertPace
  /** From so many stacks on, what one cause brought about is one message. */
  readonly causeStacks: number
  /** Scans in a row without a verdict. */
  readonly failingAfter: number
  /** Null: unapplied code is nobody's business. */
  readonly pendingAfterMs: number | null
  budgetOf(channel: string): AlertBudget
}

/** What routes and mutes see of a matter. */
export function routeFactsOf(
  { severity, record }: Pick<Matter, 'severity' | 'record'>,
  { name, repository, labels }: Pick<StackFacts, 'name' | 'repository' | 'labels'>,
): RouteFacts {
  return {
    stack: name,
    repository,
    labels,
    severity,
    kind: record?.kind ?? null,
    address: record?.address ?? null,
    host: record?.host ?? null,
  }
}

/** The channels that are told, each with the first route that leads there. */
export function decideRoutes(
  routes: readonly AlertRoute[],
  facts: RouteFacts,
): ReadonlyMap<string, AlertRoute> {
  const taken = new Map<string, AlertRoute>()
  walk(routes, facts, taken)
  return taken
}

/** A matter on its way to each channel: by its route, with what holds it. Channels without one are not in it. */
export function placeMatter(
  matter: Matter,
  facts: StackFacts,
  { policy, nowMs }: { readonly policy: AlertPolicy; readonly nowMs: number },
): ReadonlyMap<string, PlacedMatter> {
  const seen = routeFactsOf(matter, facts)
  const mute = muteOf(policy.mutes, seen, nowMs)
  const placed = [...decideRoutes(policy.routes, seen)].map(([channel, route]) => {
    const openMs = route.openFromMs(nowMs)
    const isActive = openMs !== null && openMs <= nowMs
    const hold = mute !== null ? 'muted' : isActive ? null : 'inactive'
    const holdUntilMs = mute !== null ? mute.endsAtMs : openMs
    return [
      channel,
      { matter, pace: route.pace, hold, holdUntilMs: hold === null ? null : holdUntilMs },
    ] as const
  })
  return new Map(placed)
}

/** A matter for a channel that was told of it once and to which no route brings it now. */
export function placeTold(
  matter: Matter,
  facts: StackFacts,
  { policy, nowMs }: { readonly policy: AlertPolicy; readonly nowMs: number },
): PlacedMatter {
  const mute = muteOf(policy.mutes, routeFactsOf(matter, facts), nowMs)
  return { matter, pace: null, hold: mute === null ? null : 'muted', holdUntilMs: mute?.endsAtMs ?? null }
}

/** The mute that keeps a matter from everybody, of several the one that ends last; null: none. */
export function muteOf(mutes: readonly Mute[], facts: RouteFacts, nowMs: number): Mute | null {
  const holding = mutes.filter((mute) => mute.endsAtMs > nowMs && mute.matches(facts))
  return holding.reduce<Mute | null>(
    (last, mute) => (last === null || mute.endsAtMs > last.endsAtMs ? mute : last),
    null,
  )
}

/** True when one of the routes took it. */
function walk(routes: readonly AlertRoute[], facts: RouteFacts, taken: Map<string, AlertRoute>): boolean {
  let isTaken = false
  for (const route of routes) {
    if (!route.matches(facts)) continue
    isTaken = true
    if (!walk(route.routes, facts, taken)) {
      for (const channel of route.channels) if (!taken.has(channel)) taken.set(channel, route)
    }
    if (!route.continues) break
  }
  return isTaken
}
