import { type AlertGroup, lastSentOf } from '../domain/alert-groups.js'
import type { Matter } from '../domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../domain/alert-memory.js'
import type { JudgedMatter, MatterVerdict } from '../domain/judge-matters.js'
import type { ChannelPlan, DecidedGroup } from '../domain/plan-alerts.js'
import type { DispatchCommit } from './alert-store.js'

/** What a plan changes of what is remembered. */
export type MemoryChanges = Pick<DispatchCommit, 'remembered' | 'forgotten' | 'threads' | 'closed'>

/** Verdicts on matters that a channel may still be told of: when they were noticed is kept. */
const NOTICED: ReadonlySet<MatterVerdict> = new Set(['fresh', 'early', 'muted', 'inhibited', 'inactive'])

/** Reasons after which what stays is repeated as often as before; other news begins anew. */
const KEEPS_REPEATS: ReadonlySet<string> = new Set(['resolved', 'recovered'])

/** The thread of a group that is told now: its next message, in the thread that is open or in a new one. */
export function nextThread(
  channel: string,
  { group, decision }: DecidedGroup,
  { now, newId }: { readonly now: string; readonly newId: () => string },
): AlertThread {
  const { thread, key: groupKey, kind } = group
  const { reason } = decision
  if (thread === null) {
    const alertKey = `${groupKey.startsWith('[') ? `cause:${kind}` : groupKey}:${newId()}`
    const first = { sequence: 1, firstSentAt: now, sentAt: now, repeats: 0, lost: 0 }
    return { channel, alertKey, groupKey, kind, ...first }
  }
  const repeats =
    reason === 'repeat-due' ? thread.repeats + 1 : KEEPS_REPEATS.has(reason) ? thread.repeats : 0
  return { ...thread, sequence: thread.sequence + 1, sentAt: now, repeats }
}

/** What one channel knows when the messages of a plan are told, each in its thread. */
export function changesOfPlan(
  channel: string,
  plan: ChannelPlan,
  told: readonly { readonly decided: DecidedGroup; readonly thread: AlertThread }[],
  now: string,
): MemoryChanges {
  const messages = told.map(({ decided, thread }) => changesOfMessage(decided.group, decided, thread, now))
  const isTold = new Set(messages.flatMap(({ remembered }) => remembered.map(({ matter }) => matter)))
  const noticed = plan.judged.filter((one) => one.memory === null && NOTICED.has(one.verdict))
  const stale = plan.judged.filter(isForgettable)
  const unheard = plan.waiting.map(({ group }) => changesOfUnheard(group))
  return {
    remembered: [
      ...messages.flatMap(({ remembered }) => remembered),
      ...noticed
        .filter(({ matter }) => !isTold.has(matter.id))
        .map(({ matter }) => toMemory(channel, matter, { noticedAt: now, alertKey: null })),
    ],
    forgotten: [
      ...messages.flatMap(({ forgotten }) => forgotten),
      ...unheard.flatMap(({ forgotten }) => forgotten),
      ...stale.map(({ matter }) => ({ channel, matter: matter.id })),
    ],
    threads: messages.flatMap(({ threads }) => threads),
    closed: [...messages.flatMap(({ closed }) => closed), ...unheard.flatMap(({ closed }) => closed)],
  }
}

function changesOfMessage(
  { members }: AlertGroup,
  { decision }: DecidedGroup,
  thread: AlertThread,
  now: string,
): MemoryChanges {
  const { channel, alertKey } = thread
  const { fresh, changed, raised, over } = decision.news
  const news = new Set<Matter>([...fresh, ...changed, ...raised])
  const gone = new Set<Matter>(over)
  const remembered = members
    .filter(({ matter }) => news.has(matter))
    .map(({ matter, memory }) => toMemory(channel, matter, { noticedAt: memory?.noticedAt ?? now, alertKey }))
  const staying = members.filter(({ matter, memory }) => memory?.alertKey === alertKey && !gone.has(matter))
  const isOpen = remembered.length + staying.length > 0
  return {
    remembered,
    forgotten: over.map(({ id }) => ({ channel, matter: id })),
    threads: isOpen ? [thread] : [],
    closed: isOpen ? [] : [{ channel, alertKey }],
  }
}

/** What is over of a thread that nobody ever heard of is forgotten without a word. */
function changesOfUnheard(group: AlertGroup): Pick<MemoryChanges, 'forgotten' | 'closed'> {
  const { thread, members } = group
  const lastSent = lastSentOf(group)
  if (thread === null || lastSent === null || lastSent.isAnnounced) return { forgotten: [], closed: [] }
  const { channel, alertKey } = thread
  const over = members.filter(
    ({ matter, memory }) => matter.state === 'over' && memory?.alertKey === alertKey,
  )
  return {
    forgotten: over.map(({ matter }) => ({ channel, matter: matter.id })),
    closed: over.length === lastSent.told.size ? [{ channel, alertKey }] : [],
  }
}

/** It was noticed and never told, and now there is nothing to tell. */
function isForgettable({ memory, verdict }: JudgedMatter): boolean {
  const isNoticed = memory !== null && memory.alertKey === null
  return isNoticed && (verdict === 'over' || verdict === 'quiet' || verdict === 'no-route')
}

function toMemory(
  channel: string,
  { id, kind, stack, mark, content, severity, cause }: Matter,
  known: Pick<MatterMemory, 'noticedAt' | 'alertKey'>,
): MatterMemory {
  return { channel, matter: id, kind, stack, mark, content, severity, cause, ...known }
}
