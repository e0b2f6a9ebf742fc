import { decideRoutes, muteOf, type RouteFacts } from '../domain/alert-policy.js'
import type { Delivery } from '../domain/delivery.js'
import type { Notice } from '../domain/notice.js'
import type { DispatchState } from './alert-store.js'
import { buildDigest, buildStillAlive, type FleetMessageRequest } from './build/fleet-message.js'
import { buildNoticeMessage } from './build/notice-message.js'
import type { AlertedStack, DispatchParts } from './dispatch-parts.js'
import { readFleet } from './fleet.js'
import { lookAtStacks } from './look-at-stacks.js'
import { toDelivery } from './tell.js'
import type { TimedMessage } from './timed-message.js'

/** Messages that come by the clock or from elsewhere, and what is settled with them. */
export interface OtherTellings {
  readonly deliveries: readonly Delivery[]
  readonly slots: DispatchState['slots']
  readonly notices: readonly string[]
}

const BUILDERS = { digest: buildDigest, 'still-alive': buildStillAlive } as const
const NOTICES_AT_ONCE = 200

/** What is due by the clock: each once, however many of its times have passed; the first time is the one after the start. */
export async function tellTimed(
  parts: DispatchParts,
  slots: DispatchState['slots'],
  nowMs: number,
): Promise<Pick<OtherTellings, 'deliveries' | 'slots'>> {
  const deliveries: Delivery[] = []
  const told: Record<string, string> = {}
  for (const timed of parts.timed) {
    const lastMs = timed.lastSlotMs(nowMs)
    const knownMs = Date.parse(slots[timed.reason] ?? '')
    if (lastMs === null || lastMs <= knownMs) continue
    told[timed.reason] = new Date(lastMs).toISOString()
    if (!Number.isNaN(knownMs))
      deliveries.push(...(await toMessages(parts, timed, { nowMs, lastMs, sinceMs: knownMs })))
  }
  return { deliveries, slots: told }
}

/** What was handed in and nobody was told of: to those that its stack, repository and severity lead to, mutes apart. */
export async function tellNotices(
  parts: DispatchParts,
  known: ReadonlyMap<string, AlertedStack>,
  nowMs: number,
): Promise<Pick<OtherTellings, 'deliveries' | 'notices'>> {
  const notices = await parts.store.openNotices(NOTICES_AT_ONCE)
  const sequences = new Map<string, number>()
  const deliveries: Delivery[] = []
  for (const notice of notices)
    deliveries.push(...(await noticeMessages(parts, notice, { known, nowMs, sequences })))
  return { deliveries, notices: notices.map(({ id }) => id) }
}

async function toMessages(
  parts: DispatchParts,
  timed: TimedMessage,
  { nowMs, lastMs, sinceMs }: { readonly nowMs: number; readonly lastMs: number; readonly sinceMs: number },
): Promise<readonly Delivery[]> {
  const fleet = await readFleet(parts, timed, { nowMs, sinceMs })
  const counts = await parts.store.deliveryCounts()
  const dead = counts.filter(({ state }) => state === 'dead').reduce((sum, { count }) => sum + count, 0)
  const request: FleetMessageRequest = { fleet, nowMs, sinceMs, dead }
  const alertKey = `${timed.reason}:${new Date(lastMs).toISOString()}`
  return timed.channels.map((channel) =>
    toDelivery(channel, BUILDERS[timed.reason](request, { id: parts.newId(), alertKey, sequence: 1 })),
  )
}

async function noticeMessages(
  parts: DispatchParts,
  notice: Notice,
  {
    known,
    nowMs,
    sequences,
  }: {
    readonly known: ReadonlyMap<string, AlertedStack>
    readonly nowMs: number
    readonly sequences: Map<string, number>
  },
): Promise<readonly Delivery[]> {
  const { policy, store, newId } = parts
  const facts = routeFacts(notice, known)
  if (muteOf(policy.mutes, facts, nowMs) !== null) return []
  const stack = notice.stack === null ? null : await stackFacts(parts, notice.stack, known, nowMs)
  const at = new Date(nowMs).toISOString()
  const deliveries: Delivery[] = []
  for (const channel of decideRoutes(policy.routes, facts).keys()) {
    const key = `${channel} ${notice.key}`
    const last = sequences.get(key) ?? (await store.lastSequence(channel, notice.key))
    sequences.set(key, last + 1)
    const identity = { id: newId(), alertKey: notice.key, sequence: last + 1 }
    deliveries.push(toDelivery(channel, buildNoticeMessage(notice, identity, { at, facts: stack })))
  }
  return deliveries
}

async function stackFacts(
  parts: DispatchParts,
  name: string,
  known: ReadonlyMap<string, AlertedStack>,
  nowMs: number,
) {
  const { facts } = await lookAtStacks(parts, { names: [name], known, unignored: new Set(), nowMs })
  return facts.get(name) ?? null
}

function routeFacts(
  { stack, repository, severity }: Notice,
  known: ReadonlyMap<string, AlertedStack>,
): RouteFacts {
  const labels = known.get(stack ?? '')?.labels ?? {}
  return { stack: stack ?? '', repository, labels, severity, kind: null, address: null, host: null }
}
