import type { Finding } from '../../src/domain/record.js'
import { type Baseline, BaselineWriter } from './baseline.js'
import { classifyKind } from './classify-kind.js'
import { classifyResult } from './classify-result.js'
import type { CallbackEvent, HostStats, ResultEvent, TaskEvent } from './events.js'
import { addressOf, buildFinding, changesFor, type FindingContext } from './finding.js'
import { HostMemory, SharedMemory } from './host-memory.js'
import { HostTally } from './host-tally.js'
import { identifyResult, OccurrenceCounter, type ResultIdentity, shortHash } from './identity.js'
import { isGone } from './is-gone.js'
import { mergeFinding } from './merge-finding.js'
import { isControl } from './modules.js'
import type { ResultState } from './result-state.js'

/** What a playbook view needs to know before the first event. */
export interface ViewContext extends FindingContext {
  readonly commit: string | null
  readonly code: string | null
  readonly baseline: Baseline | null
}

/** Why a host was not read to the end; free of secrets, as all that the callback writes. */
export interface HostStop {
  readonly isUnreachable: boolean
  /** The address of the task. */
  readonly task: string
  /** What Ansible says, on one line. */
  readonly words: string
}

type EventOf<T extends CallbackEvent['t']> = Extract<CallbackEvent, { t: T }>

/** Follows the events of one run and holds what they add up to; results themselves are not kept. */
export class PlaybookView {
  readonly #context: ViewContext
  readonly #tasks = new Map<number, TaskEvent>()
  readonly #memories = new Map<string, HostMemory>()
  readonly #shared = new SharedMemory()
  readonly #tallies = new Map<string, HostTally>()
  readonly #occurrences = new OccurrenceCounter()
  readonly #findings = new Map<string, Finding>()
  readonly #nextBaseline = new BaselineWriter()
  readonly #loops = new Map<string, number>()
  readonly executed: string[] = []
  /** Handlers that what differs would notify, as `host: handler`. */
  readonly notified = new Set<string>()
  /** Files of the tasks that ran. */
  readonly taskFiles = new Set<string>()
  readonly expectedHosts = new Set<string>()
  readonly emptyPlays: string[] = []
  readonly prompts: EventOf<'prompt'>[] = []
  /** Why each host that stopped did so, in the order of events. */
  readonly stops = new Map<string, HostStop>()
  start: EventOf<'start'> | null = null
  stats: EventOf<'stats'> | null = null
  broken: EventOf<'broken'> | null = null
  /** Lines of the file that were no events. */
  unreadableLines = 0

  constructor(context: ViewContext) {
    this.#context = context
  }

  /** Takes the next event in. */
  take(event: CallbackEvent): void {
    if (event.t === 'start') this.start = event
    else if (event.t === 'play') this.#play(event)
    else if (event.t === 'prompt') this.prompts.push(event)
    else if (event.t === 'task') this.#task(event)
    else if (event.t === 'result') this.#result(event)
    else if (event.t === 'loop') this.#loops.delete(`${event.task} ${event.host}`)
    else if (event.t === 'unreached') this.#unreached(event)
    else if (event.t === 'stats') this.stats = event
    else this.broken ??= event
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()]
  }

  get tallies(): readonly HostTally[] {
    return [...this.expectedHosts].map((host) => this.#tally(host))
  }

  /** How Ansible counted one host; null for a host it never processed. */
  statsOf(host: string): HostStats | null {
    const hosts = this.stats?.hosts ?? {}
    return Object.hasOwn(hosts, host) ? (hosts[host] ?? null) : null
  }

  nextBaseline(): string {
    return this.#nextBaseline.toText(this.#context)
  }

  #play(event: EventOf<'play'>): void {
    if (event.hosts.length === 0) this.emptyPlays.push(event.name)
    for (const host of event.hosts) this.expectedHosts.add(host)
  }

  #task(event: TaskEvent): void {
    this.#tasks.set(event.id, event)
    this.taskFiles.add(event.file)
  }

  #result(result: ResultEvent): void {
    const task = this.#tasks.get(result.task)
    if (task === undefined) return
    if (result.changed)
      for (const handler of task.notify ?? []) this.notified.add(`${result.host}: ${handler}`)
    const memory = this.#memories.get(result.host) ?? new HostMemory(this.#shared)
    this.#memories.set(result.host, memory)
    const state = classifyResult(task, result, memory)
    const isFirst = this.#isFirstItem(task, result)
    memory.remember(task, result, { state, isFirst })
    this.#tally(result.host).add(state, {
      title: addressOf(task, result),
      loop: task.loop ? task.id : null,
    })
    if (state === 'executed') this.executed.push(`${result.host}: ${addressOf(task, result)}`)
    if (stopsHost(task, result) && !this.stops.has(result.host))
      this.stops.set(result.host, stopOf(task, result))
    if (state === 'control' || state === 'handler' || state === 'not-applicable') return
    this.#record(task, result, state)
  }

  #record(task: TaskEvent, result: ResultEvent, state: ResultState): void {
    const identity = identifyResult(this.#context.root, { task, result }, this.#occurrences)
    const taskKey = shortHash(identity.parts)
    if (state === 'verified' || state === 'noise') {
      const known = result.state === undefined ? {} : { state: result.state }
      this.#nextBaseline.add(result.host, taskKey, { args: result.args, ...known })
    } else if (state === 'drift') {
      // the stack may be in sync all the same: a rule accepts this, or it floats
      const before = this.#context.baseline?.stateOf(result.host, taskKey) ?? { args: result.args }
      this.#nextBaseline.add(result.host, taskKey, before)
    }
    if (!RECORDED.has(state)) return
    const changes = changesFor(task, result)
    const difference = { task, result, state, identity, changes }
    const verdict = this.#verdict(difference, taskKey)
    this.#keep(buildFinding(this.#context, difference, verdict))
  }

  #verdict(
    difference: Parameters<typeof buildFinding>[1] & { readonly identity: ResultIdentity },
    taskKey: string,
  ): Parameters<typeof buildFinding>[2] {
    const { task, result, state, changes } = difference
    if (state !== 'drift') {
      const kind = state === 'check' ? 'check' : 'informational'
      return { kind, causes: changes.map(() => 'outside'), note: null }
    }
    const seen = { host: result.host, taskKey, result, changes, isGone: isGone(task, result) }
    return classifyKind(seen, this.#context.baseline, this.#context)
  }

  /** Tasks that many hosts delegate to one target are one record. */
  #keep(finding: Finding): void {
    const known = this.#findings.get(finding.fingerprint)
    this.#findings.set(finding.fingerprint, known ? mergeFinding(known, finding, this.#context.key) : finding)
  }

  #isFirstItem(task: TaskEvent, result: ResultEvent): boolean {
    if (result.item === undefined) return true
    const key = `${task.id} ${result.host}`
    const count = this.#loops.get(key) ?? 0
    this.#loops.set(key, count + 1)
    return count === 0
  }

  #unreached(event: EventOf<'unreached'>): void {
    const titles = event.tasks.filter((task) => !isControl(task.module)).map((task) => task.name)
    if (titles.length > 0) this.#tally(event.host).addUnreached(titles)
  }

  #tally(host: string): HostTally {
    const tally = this.#tallies.get(host) ?? new HostTally(host)
    this.#tallies.set(host, tally)
    return tally
  }
}

const RECORDED: ReadonlySet<ResultState> = new Set(['drift', 'suppressed', 'noise', 'check'])

/** What nothing in the playbook catches. */
function stopsHost(task: TaskEvent, result: ResultEvent): boolean {
  if (result.s !== 'failed' && result.s !== 'unreachable') return false
  return !result.ignored && !(task.rescued && result.s === 'failed')
}

function stopOf(task: TaskEvent, result: ResultEvent): HostStop {
  const isUnreachable = result.s === 'unreachable'
  const words = result.hidden ? 'no_log hides why' : (result.msg ?? 'it failed without a word')
  return { isUnreachable, task: addressOf(task, result), words: words.replace(/\s+/g, ' ') }
}
