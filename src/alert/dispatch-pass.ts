import { DriftError } from '../domain/errors.js'
import { failpoint } from '../lib/failpoint.js'
import type { DispatchCommit, DispatchState } from './alert-store.js'
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

const EVENTS_AT_ONCE = 1_000
const STACKS_AT_ONCE = 1_000
/** Everything is looked at so often, whatever was said to have happened. */
const SWEEP_EVERY_MS = 3_600_000
const TIDY_EVERY_MS = 86_400_000
const NOTHING: Telling = { deliveries: [], remembered: [], forgotten: [], threads: [], closed: [] }
const NO_OTHERS: OtherTellings = { deliveries: [], slots: {}, notices: [] }

/** Looks at what happened, again and again, and puts what is to be told into the outbox. */
export class DispatchPass {
  readonly #parts: DispatchParts
  #seen = nothingSeen()

  constructor(parts: DispatchParts) {
    this.#parts = parts
  }

  /** Looks once. Throws the errors of the store; everything is looked at anew then. */
  async run(): Promise<PassOutcome> {
    try {
      return await this.#look()
    } catch (error) {
      this.#seen = nothingSeen()
      throw error
    }
  }

  async #look(): Promise<PassOutcome> {
    const { store, clock } = this.#parts
    const nowMs = clock.now().getTime()
    const state = await store.dispatchState()
    // somebody else has dispatched meanwhile
    if (state.version !== this.#seen.version) this.#seen = nothingSeen()
    await this.#tidy(nowMs)
    const known = new Map((await this.#parts.stacks()).map((stack) => [stack.name, stack]))
    const events = await readEvents(this.#parts, state.eventCursor)
    const scans = await store.lastScans()
    const { names, isSweep } = await this.#changedStacks({ events: events.stacks, scans, known, nowMs })
    const request = { known, unignored: events.unignored, nowMs }
    const messages = await this.#dispatch(names, request, { ...state, nextCursor: events.cursor })
    const sweptAtMs = isSweep ? nowMs : this.#seen.sweptAtMs
    this.#seen = { ...this.#seen, scans, known: new Set(known.keys()), sweptAtMs }
    const times = [...this.#seen.dueAtMs.values()]
    return { messages, nextAtMs: times.length === 0 ? null : Math.min(...times) }
  }

  async #changedStacks(
    now: World,
  ): Promise<{ readonly names: readonly string[]; readonly isSweep: boolean }> {
    const { version, sweptAtMs } = this.#seen
    const isSweep = version === null || now.nowMs < sweptAtMs || now.nowMs - sweptAtMs >= SWEEP_EVERY_MS
    if (!isSweep) return { names: changedStacks(this.#seen, now), isSweep }
    const remembered = await this.#parts.store.rememberedStacks()
    return { names: [...new Set([...now.known.keys(), ...remembered])], isSweep }
  }

  /** Several thousand stacks at once would keep everything else from running; the last commit moves the cursor. */
  async #dispatch(
    names: readonly string[],
    request: Omit<ViewRequest, 'names'>,
    state: DispatchState & { readonly nextCursor: string | null },
  ): Promise<number> {
    let { version } = state
    let messages = 0
    const others = await this.#tellOthers(request, state)
    for (let start = 0; start === 0 || start < names.length; start += STACKS_AT_ONCE) {
      const some = names.slice(start, start + STACKS_AT_ONCE)
      const isLast = start + STACKS_AT_ONCE >= names.length
      const telling = await this.#tell(some, request)
      const added = isLast ? others : NO_OTHERS
      const deliveries = [...telling.deliveries, ...added.deliveries]
      const eventCursor = isLast ? state.nextCursor : state.eventCursor
      const commit = { ...added, ...telling, deliveries, version, eventCursor }
      if (isWorthWriting(commit, state)) {
        await this.#commit(commit)
        version += 1
      }
      messages += deliveries.length
    }
    this.#seen = { ...this.#seen, version }
    return messages
  }

  async #tell(names: readonly string[], request: Omit<ViewRequest, 'names'>): Promise<Telling> {
    if (names.length === 0) return NOTHING
    const evaluation = await evaluateStacks(this.#parts, { ...request, names })
    this.#note(names, evaluation)
    return tellEvaluation(this.#parts, evaluation, { ...request, names })
  }

  async #tellOthers(
    { known, nowMs }: Omit<ViewRequest, 'names'>,
    { slots }: DispatchState,
  ): Promise<OtherTellings> {
    const timed = await tellTimed(this.#parts, slots, nowMs)
    const noticed = await tellNotices(this.#parts, known, nowMs)
    return { ...timed, ...noticed, deliveries: [...timed.deliveries, ...noticed.deliveries] }
  }

  /** Throws where somebody else was faster. */
  async #commit(commit: DispatchCommit): Promise<void> {
    failpoint('alert.before-commit')
    if (!(await this.#parts.store.commitDispatch(commit)))
      throw new DriftError('STORE_LOCKED', 'another daemon tells what this store knows: it was faster')
    failpoint('alert.after-commit')
    for (const { channel, message } of commit.deliveries) {
      const { id, alertKey, sequence, reason, severity } = message
      this.#parts.log.info('alert decided', { channel, id, alertKey, sequence, reason, severity })
    }
  }

  /** When to look at these stacks again, and whether together with others. */
  #note(names: readonly string[], evaluation: Evaluation): void {
    const { dueAtMs, waiting } = this.#seen
    const isWaiting = waitingStacks(evaluation)
    for (const name of names) {
      const planned = evaluation.channels.map(({ plan }) => plan.nextAtMs.get(name))
      const times = [...planned, evaluation.changesAtMs.get(name)].filter((time) => time !== undefined)
      if (times.length === 0) dueAtMs.delete(name)
      else dueAtMs.set(name, Math.min(...times))
      if (isWaiting.has(name)) waiting.add(name)
      else waiting.delete(name)
    }
  }

  /** At the start and once a day. */
  async #tidy(nowMs: number): Promise<void> {
    const { tidiedAtMs } = this.#seen
    if (nowMs >= tidiedAtMs && nowMs - tidiedAtMs < TIDY_EVERY_MS) return
    const { store, channels, retentionMs } = this.#parts
    await store.forgetOtherChannels(channels)
    await store.pruneAlerts(new Date(nowMs - retentionMs).toISOString())
    this.#seen = { ...this.#seen, tidiedAtMs: nowMs }
  }
}

/** What passes remember of each other. */
interface Seen {
  /** Null: nothing was seen yet. */
  readonly version: number | null
  readonly sweptAtMs: number
  readonly tidiedAtMs: number
  readonly known: ReadonlySet<string>
  /** The last scan of each stack. */
  readonly scans: ReadonlyMap<string, string>
  /** When to look at a stack again. */
  readonly dueAtMs: Map<string, number>
  /** Stacks with something new that is told later: looked at together, so that what is of one cause is told together. */
  readonly waiting: Set<string>
}

/** What there is to be looked at. */
interface World {
  readonly events: ReadonlySet<string>
  readonly scans: ReadonlyMap<string, string>
  readonly known: ReadonlyMap<string, AlertedStack>
  readonly nowMs: number
}

function nothingSeen(): Seen {
  const never = Number.NEGATIVE_INFINITY
  const nothing = { scans: new Map(), dueAtMs: new Map(), waiting: new Set<string>() }
  return { version: null, sweptAtMs: never, tidiedAtMs: never, known: new Set(), ...nothing }
}

function changedStacks(seen: Seen, now: World): readonly string[] {
  const scanned = [...now.scans].filter(([stack, scan]) => seen.scans.get(stack) !== scan)
  const due = [...seen.dueAtMs].filter(([, atMs]) => atMs <= now.nowMs)
  const added = [...now.known.keys()].filter((stack) => !seen.known.has(stack))
  const removed = [...seen.known].filter((stack) => !now.known.has(stack))
  const changed = [...now.events, ...[...scanned, ...due].map(([stack]) => stack), ...added, ...removed]
  return [...new Set([...changed, ...(changed.length > 0 ? seen.waiting : [])])]
}

function isWorthWriting(commit: DispatchCommit, { eventCursor }: DispatchState): boolean {
  const { deliveries, remembered, forgotten, threads, closed, notices, slots } = commit
  const lists = [deliveries, remembered, forgotten, threads, closed, notices, Object.keys(slots)]
  return commit.eventCursor !== eventCursor || lists.some(({ length }) => length > 0)
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
