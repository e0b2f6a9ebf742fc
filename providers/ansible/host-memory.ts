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

/** What earlier results of one host mean for later ones. */
export class HostMemory {
  readonly #unfilled = new Set<string>()
  readonly #predicted: PredictedChange[] = []

  /** True where the task reads a registered value that check mode left unfilled. */
  isTainted(task: TaskEvent): boolean {
    return task.reads?.some((name) => this.#unfilled.has(name)) ?? false
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
      if (isUnfilled) this.#unfilled.add(name)
      else if (isFirst) this.#unfilled.delete(name)
    }
    if (state === 'drift') {
      const resource = result.res?.[1] ?? null
      this.#predicted.push({ module: task.module, resource, isNew: isGone(task, result) })
    }
  }
}

const UNFILLING: ReadonlySet<ResultState> = new Set(['unverifiable', 'tainted', 'artifact', 'handler'])
