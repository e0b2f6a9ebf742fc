import { failpoint } from '../lib/failpoint.js'
import type { DispatchState } from './alert-store.js'
import type { AlertedStack, DispatchParts } from './dispatch-parts.js'
import { type Evaluation, evaluateStacks, waitingStacks } from './evaluate-stacks.js'
import type { ViewRequest } from './look-at-stacks.js'
import { type Telling, tellEvaluation } from './tell.js'
import { type OtherTellings, tellNotices, tellTimed } from './tell-timed.js'

/** What came of looking once. */
export interface PassOutcome {
  /** Messages that were put into the outbox. */
  readonly messages: number
  /** When to look again if nothing happens, or null. */
  readonly nextAtMs: number | null
}

/** Looks at what happened since the last time, and puts what is to be told into the outbox. */
export interface DispatchPass {
  run(): Promise<PassOutcome>
}

const EVENTS_AT_ONCE = 1_000
const STACKS_AT_ONCE = 1_000
/** Everything is looked at so often, whatever was said to have happened. */
const SWEEP_EVERY_MS = 3_600_000
const PRUNE_EVERY_MS = 86_400_000
const NOTHING: Telling = { deliveries: [], remembered: [], forgotten: [], threads: [], closed: [] }

/** The passes of one dispatcher: they remember which stacks they have seen in which state. */
export function createDispatchPass(parts: DispatchParts): DispatchPass {
  const { store, clock, log } = parts
  let seen = forget()

  async function run(): Promise<PassOutcome> {
    const nowMs = clock.now().getTime()
    const state = await store.dispatchState()
    // somebody else has dispatched meanwhile, or wrote what we could not
    if (state.version !== seen.version) seen = forget()
    const known = new Map((await parts.stacks()).map((stack) => [stack.name, stack]))
    const events = await readEvents(parts, state.eventCursor)
    const scans = await store.lastScans()
    const isSweep =
      seen.version === null || nowMs < seen.sweptAtMs || nowMs - seen.sweptAtMs >= SWEEP_EVERY_MS
    const remembered = isSweep ? await store.rememberedStacks() : []
    const names = isSweep
      ? [...new Set([...known.keys(), ...remembered])]
      : changedStacks(seen, { events: events.stacks, scans, known, nowMs })
    const request = { known, unignored: events.unignored, nowMs }
    const messages = await dispatch(names, request, { ...state, eventCursor: events.cursor }, state)
    seen = { ...seen, scans, known: new Set(known.keys()), sweptAtMs: isSweep ? nowMs : seen.sweptAtMs }
    await prune(nowMs)
    return { messages, nextAtMs: seen.dueAtMs.size === 0 ? null : Math.min(...seen.dueAtMs.values()) }
  }

  /** Several thousand stacks at once would keep everything else from running; the last commit moves the cursor. */
  async function dispatch(
    names: readonly string[],
    request: Omit<ViewRequest, 'names'>,
    next: DispatchState,
    state: DispatchState,
  ): Promise<number> {
    let { version } = state
    let messages = 0
    const timed = await tellTimed(parts, state.slots, request.nowMs)
    const notices = await tellNotices(parts, request.known, request.nowMs)
    const others = {
      ...timed,
      notices: notices.notices,
      deliveries: [...timed.deliveries, ...notices.deliveries],
    }
    for (let start = 0; start === 0 || start < names.length; start += STACKS_AT_ONCE) {
      const some = names.slice(start, start + STACKS_AT_ONCE)
      const isLast = start + STACKS_AT_ONCE >= names.length
      const evaluation = some.length === 0 ? null : await evaluateStacks(parts, { ...request, names: some })
      const telling =
        evaluation === null ? NOTHING : await tellEvaluation(parts, evaluation, { ...request, names: some })
      const cursor = isLast ? next.eventCursor : state.eventCursor
      const isCommitted = await commit(telling, isLast ? others : null, {
        version,
        from: state.eventCursor,
        cursor,
      })
      if (isCommitted) version += 1
      if (evaluation !== null) note(some, evaluation)
      messages += telling.deliveries.length + (isLast ? others.deliveries.length : 0)
    }
    seen = { ...seen, version }
    return messages
  }

  /** False where there was nothing to write. Throws where somebody else was faster: then everything is read anew. */
  async function commit(
    telling: Telling,
    others: OtherTellings | null,
    {
      version,
      from,
      cursor,
    }: { readonly version: number; readonly from: string | null; readonly cursor: string | null },
  ): Promise<boolean> {
    const deliveries = [...telling.deliveries, ...(others?.deliveries ?? [])]
    const { remembered, forgotten, threads, closed } = telling
    const slots = others?.slots ?? {}
    const notices = others?.notices ?? []
    const isEmpty = [deliveries, remembered, forgotten, closed, notices, Object.keys(slots)].every(
      ({ length }) => length === 0,
    )
    if (isEmpty && cursor === from) return false
    const memory = { remembered, forgotten, threads, closed }
    failpoint('alert.before-commit')
    const isOurs = await store.commitDispatch({
      version,
      eventCursor: cursor,
      slots,
      notices,
      deliveries,
      ...memory,
    })
    if (!isOurs) {
      seen = forget()
      throw new Error('another dispatcher of this store was faster')
    }
    failpoint('alert.after-commit')
    for (const { channel, message } of deliveries) {
      const { id, alertKey, sequence, reason, severity } = message
      log.info('alert decided', { channel, id, alertKey, sequence, reason, severity })
    }
    return true
  }

  function note(names: readonly string[], evaluation: Evaluation): void {
    const waiting = waitingStacks(evaluation)
    for (const name of names) {
      const planned = evaluation.channels.flatMap(({ plan }) => plan.nextAtMs.get(name) ?? [])
      const times = [...planned, evaluation.changesAtMs.get(name) ?? []].flat()
      if (times.length === 0) seen.dueAtMs.delete(name)
      else seen.dueAtMs.set(name, Math.min(...times))
      if (waiting.has(name)) seen.waiting.add(name)
      else seen.waiting.delete(name)
    }
  }

  async function prune(nowMs: number): Promise<void> {
    if (nowMs >= seen.prunedAtMs && nowMs - seen.prunedAtMs < PRUNE_EVERY_MS) return
    await store.pruneAlerts(new Date(nowMs - parts.retentionMs).toISOString())
    seen = { ...seen, prunedAtMs: nowMs }
  }

  return { run }
}

/** What passes remember of each other. */
interface Seen {
  /** Null: nothing was seen yet. */
  readonly version: number | null
  readonly sweptAtMs: number
  readonly prunedAtMs: number
  readonly known: ReadonlySet<string>
  /** The last scan of each stack. */
  readonly scans: ReadonlyMap<string, string>
  /** When to look at a stack again. */
  readonly dueAtMs: Map<string, number>
  /** Stacks with something new that is told later: looked at together, so that what is of one cause is told together. */
  readonly waiting: Set<string>
}

function forget(): Seen {
  const never = Number.NEGATIVE_INFINITY
  const nothing = { scans: new Map(), dueAtMs: new Map(), waiting: new Set<string>() }
  return { version: null, sweptAtMs: never, prunedAtMs: never, known: new Set(), ...nothing }
}

function changedStacks(
  seen: Seen,
  now: {
    readonly events: ReadonlySet<string>
    readonly scans: ReadonlyMap<string, string>
    readonly known: ReadonlyMap<string, AlertedStack>
    readonly nowMs: number
  },
): readonly string[] {
  const scanned = [...now.scans].filter(([stack, scan]) => seen.scans.get(stack) !== scan)
  const due = [...seen.dueAtMs].filter(([, atMs]) => atMs <= now.nowMs)
  const added = [...now.known.keys()].filter((stack) => !seen.known.has(stack))
  const removed = [...seen.known].filter((stack) => !now.known.has(stack))
  const changed = [...now.events, ...[...scanned, ...due].map(([stack]) => stack), ...added, ...removed]
  return [...new Set([...changed, ...(changed.length > 0 ? seen.waiting : [])])]
}

/** The stacks of all events after one, and the drift that only a rule had kept from being told. */
async function readEvents({ drifts }: DispatchParts, after: string | null) {
  const stacks = new Set<string>()
  const unignored = new Set<string>()
  let cursor = after
  for (;;) {
    const events = await drifts.eventsAfter(cursor, EVENTS_AT_ONCE)
    for (const event of events) {
      stacks.add(event.stack)
      if (event.type === 'unignored') unignored.add(event.fingerprint)
    }
    cursor = events.at(-1)?.id ?? cursor
    if (events.length < EVENTS_AT_ONCE) return { stacks, unignored, cursor }
  }
}
