import type { HoldBack } from './breaker.js'
import {
  type AskedTrigger,
  NEW_PROGRESS,
  type ScheduledStack,
  type StackProgress,
  type TrackedStack,
} from './scheduled-stack.js'

/** What is written down; the rest is found out again after a restart. */
const LASTING: readonly (keyof StackProgress)[] = [
  'lastSlotMs',
  'lastAttemptAtMs',
  'consecutiveFailures',
  'holdBack',
]

const URGENCY: readonly AskedTrigger[] = ['verify', 'manual', 'commit']

/** Where each stack of the configuration stands, in memory. */
export class StackBook {
  #stacks: ReadonlyMap<string, ScheduledStack> = new Map()
  readonly #tracked = new Map<string, TrackedStack>()
  /** How many are marked as waiting: most of the time none, and then there is nothing to look through. */
  #waiting = 0
  readonly #heldBack = new Map<string, HoldBack>()
  readonly #unwritten = new Set<string>()

  /** Takes these stacks for all there are. What is known of those that stay is kept. */
  replace(stacks: readonly ScheduledStack[]): void {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]))
    for (const name of [...this.#tracked.keys()]) {
      const stack = this.#stacks.get(name)
      const before = this.#tracked.get(name)
      if (stack === undefined || before === undefined) this.#forget(name)
      else {
        // with another schedule its next scan is another one
        if (!isScheduledAlike(stack, before.stack)) this.#unwritten.add(name)
        this.#tracked.set(name, { stack, progress: before.progress })
      }
    }
  }

  /** Stacks of which it is not known yet where they stand. */
  unknown(): readonly string[] {
    // each stack that is tracked is one of them: looked through only after a change
    if (this.#tracked.size === this.#stacks.size) return []
    return [...this.#stacks.keys()].filter((name) => !this.#tracked.has(name))
  }

  /** Begins to track a stack; does nothing for one that is gone again. */
  track(name: string, progress: StackProgress): void {
    const stack = this.#stacks.get(name)
    if (stack === undefined) return
    this.#tracked.set(name, { stack, progress: NEW_PROGRESS })
    this.#put(name, progress)
    // the configuration may have changed since its next scan was written down
    this.#unwritten.add(name)
  }

  get(name: string): TrackedStack | undefined {
    return this.#tracked.get(name)
  }

  all(): Iterable<TrackedStack> {
    return this.#tracked.values()
  }

  /** Changes where a stack stands; does nothing for one that is gone. */
  update(name: string, change: Partial<StackProgress>): void {
    const tracked = this.#tracked.get(name)
    if (tracked === undefined) return
    this.#put(name, { ...tracked.progress, ...change })
    if (LASTING.some((key) => key in change)) this.#unwritten.add(name)
  }

  /** Wants a scan beside the schedule; of two wishes the more urgent one counts. */
  ask(name: string, trigger: AskedTrigger): void {
    const { asked } = this.progress(name)
    if (asked === null || URGENCY.indexOf(trigger) < URGENCY.indexOf(asked))
      this.update(name, { asked: trigger })
  }

  /** The stacks that are scanned less often than their schedule says, some of them until a while ago. */
  heldBack(): ReadonlyMap<string, HoldBack> {
    return this.#heldBack
  }

  /** Stacks of which something lasting changed that was not taken yet, at most so many. */
  takeUnwritten(most: number): readonly string[] {
    const names: string[] = []
    for (const name of this.#unwritten) {
      if (names.length === most) break
      this.#unwritten.delete(name)
      if (this.#tracked.has(name)) names.push(name)
    }
    return names
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.size > 0
  }

  /** What was taken could not be written: it is to be taken again. */
  putBackUnwritten(names: readonly string[]): void {
    for (const name of names) this.#unwritten.add(name)
  }

  /** Nothing waits in the queue but, perhaps, these: what was marked as waiting was taken out by somebody else. */
  keepWaiting(names: ReadonlySet<string>): void {
    if (this.#waiting === 0) return
    for (const { stack, progress } of this.#tracked.values()) {
      if (progress.isWaiting && !names.has(stack.name)) this.update(stack.name, { isWaiting: false })
    }
  }

  /** True where the stack is known to wait in the queue. */
  isWaiting(name: string): boolean {
    return this.progress(name).isWaiting
  }

  progress(name: string): StackProgress {
    return this.#tracked.get(name)?.progress ?? NEW_PROGRESS
  }

  #put(name: string, progress: StackProgress): void {
    const tracked = this.#tracked.get(name)
    if (tracked === undefined) return
    this.#waiting += Number(progress.isWaiting) - Number(tracked.progress.isWaiting)
    if (progress.holdBack === null) this.#heldBack.delete(name)
    else this.#heldBack.set(name, progress.holdBack)
    this.#tracked.set(name, { stack: tracked.stack, progress })
  }

  #forget(name: string): void {
    this.#put(name, NEW_PROGRESS)
    this.#tracked.delete(name)
  }
}

function isScheduledAlike(a: ScheduledStack, b: ScheduledStack): boolean {
  return (
    a.schedule.expression === b.schedule.expression &&
    a.schedule.timezone === b.schedule.timezone &&
    a.isPaused === b.isPaused &&
    JSON.stringify(a.only) === JSON.stringify(b.only)
  )
}
