import type { ResultEvent, TaskEvent } from './events.js'
import { isGone } from './is-gone.js'
import type { ResultState } from './result-state.js'

/** A change that a check predicted on a host; a later task may fail only because it was not made. */
export interface PredictedChange {
  readonly module: string
  /** The path or name of the thing. */
  readonly resource: string | null
  /** The thing is not there yet. */
  readonly isNew: boolean
}

/** What the results of one host mean for all others. */
export class SharedMemory {
  /** Registered by a task that ran once for all hosts. */
  readonly ofAll = new Set<string>()
  /** Unfilled on at least one host: what `hostvars` may reach. */
  readonly ofAny = new Set<string>()
}

/** What earlier results of one host mean for later ones. */
export class HostMemory {
  readonly #shared: SharedMemory
  readonly #unfilled = new Set<string>()
  readonly #predicted: PredictedChange[] = []

  constructor(shared: SharedMemory = new SharedMemory()) {
    this.#shared = shared
  }

  /** True where the task reads a registered value that check mode left unfilled. */
  isTainted(task: TaskEvent): boolean {
    const { ofAll, ofAny } = this.#shared
    return (
      task.reads?.some((name) => {
        return this.#unfilled.has(name) || ofAll.has(name) || (task.crossHost === true && ofAny.has(name))
      }) ?? false
    )
  }

  /** The changes predicted so far, oldest first. */
  get predicted(): readonly PredictedChange[] {
    return this.#predicted
  }

  /** Takes one result in; `isFirst` is true for a task without a loop and for the first item of one. */
  remember(task: TaskEvent, result: ResultEvent, outcome: { state: ResultState; isFirst: boolean }): void {
    const { state, isFirst } = outcome
    if (state === 'not-applicable') return
    const names = [...(task.register === undefined ? [] : [task.register]), ...(task.sets ?? [])]
    const isUnfilled = UNFILLING.has(state) || (state === 'control' && this.isTainted(task))
    for (const name of names) {
      if (isUnfilled) this.#markUnfilled(name, result)
      else if (isFirst) this.#markFilled(name, result)
    }
    if (state === 'drift') {
      const resource = result.res?.[1] ?? null
      this.#predicted.push({ module: task.module, resource, isNew: isGone(task, result) })
    }
  }

  #markUnfilled(name: string, result: ResultEvent): void {
    this.#unfilled.add(name)
    this.#shared.ofAny.add(name)
    if (result.once) this.#shared.ofAll.add(name)
  }

  #markFilled(name: string, result: ResultEvent): void {
    this.#unfilled.delete(name)
    if (result.once) this.#shared.ofAll.delete(name)
  }
}

const UNFILLING: ReadonlySet<ResultState> = new Set(['unverifiable', 'tainted', 'artifact', 'handler'])
