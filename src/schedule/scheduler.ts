import { toDriftError } from '../domain/errors.js'
import { createWaker, type Waker } from '../lib/waker.js'
import { decideNextScan } from './next-scan.js'
import { createQueueFiller, type QueueFiller } from './queue-filler.js'
import { createScanStarter, type ScanStarter } from './scan-starter.js'
import { toScheduleChange } from './schedule-memory.js'
import { type AskedTrigger, NEW_PROGRESS, type ScheduledStack } from './scheduled-stack.js'
import type { SchedulerLimits, SchedulerParts } from './scheduler-parts.js'
import { createSlotFinder, type SlotFinder } from './slots.js'
import { StackBook } from './stack-book.js'

/** Decides when stacks are scanned, and has as many scanned at once as there are slots. */
export interface Scheduler {
  /** Begins, or does nothing where it has begun. Nothing is scanned before the first `replaceStacks`. */
  start(): void
  /**
   * Takes no new work, waits so long for scans that run, stops those that are left and gives them back to the queue.
   * Returns when none runs. Safe to call twice: the shorter wait counts.
   */
  stop(waitMs: number): Promise<void>
  /** Takes these stacks for all there are: at the start, and after each change of configuration or repositories. */
  replaceStacks(stacks: readonly ScheduledStack[]): void
  /** How much at once from now on; what runs beyond it goes on. */
  replaceLimits(limits: SchedulerLimits): void
  /** Wants a scan of these stacks beside the schedule; of a stack that it does not know it takes no notice. */
  ask(stacks: readonly string[], trigger: AskedTrigger): void
  /** When a stack is expected to be scanned next, ISO 8601, UTC; null: never by itself, or unknown. */
  nextScanAt(stack: string): string | null
  /** For health and metrics. */
  state(): SchedulerState
}

/** What a scheduler is doing. */
export interface SchedulerState {
  /** Scans of this process. */
  readonly running: number
  /** By `clock.monotonicMs()`; null before the first tick that went well. */
  readonly lastGoodTickMs: number | null
  /** Stacks that are scanned less often than their schedule says. */
  readonly throttled: number
  readonly failing: number
}

/** A scheduler. It knows neither Git nor engines: `parts.scan` does. */
export function createScheduler(parts: SchedulerParts): Scheduler {
  return new SchedulerLoop(parts)
}

const DEFAULT_POLL_MS = 1_000
/** Between two ticks: what ends meanwhile is settled in one go, and scans that run get on. */
const PAUSE_MS = 10
/** Stacks of which it is read, and written, in one tick where they stand: some milliseconds of work for the store. */
const RECALLED_AT_ONCE = 250
const WRITTEN_AT_ONCE = 250
/** So often the store may fail while stopping; after that the leases of what runs end by themselves. */
const MAX_ERRORS_WHILE_STOPPING = 3

class SchedulerLoop implements Scheduler {
  readonly #parts: SchedulerParts
  readonly #pollMs: number
  readonly #book = new StackBook()
  readonly #slotsAround: SlotFinder = createSlotFinder()
  readonly #waker: Waker
  readonly #filler: QueueFiller
  readonly #starter: ScanStarter
  #hasStacks = false
  #loop: Promise<void> | null = null
  /** By the monotonic clock, as the times below: when scans that run are stopped. Null: it is not stopping. */
  #stopScansAtMs: number | null = null
  #nextFillMs = 0
  /** Stacks came or went, or a scan was asked for. */
  #isStale = false
  #lastGoodTickMs: number | null = null

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.#pollMs = parts.pollMs ?? DEFAULT_POLL_MS
    this.#waker = createWaker(parts.clock)
    const shared = { ...parts, book: this.#book }
    this.#filler = createQueueFiller({ ...shared, pollMs: this.#pollMs, slotsAround: this.#slotsAround })
    this.#starter = createScanStarter({ ...shared, onEnd: () => this.#waker.wake() })
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  async stop(waitMs: number): Promise<void> {
    if (this.#loop === null) return
    const stopAtMs = this.#parts.clock.monotonicMs() + waitMs
    this.#stopScansAtMs = Math.min(this.#stopScansAtMs ?? stopAtMs, stopAtMs)
    this.#waker.wake()
    await this.#loop
  }

  replaceStacks(stacks: readonly ScheduledStack[]): void {
    this.#book.replace(stacks)
    this.#starter.replaceStacks(stacks)
    this.#hasStacks = true
    this.#fillAnew()
  }

  replaceLimits(limits: SchedulerLimits): void {
    this.#starter.replaceLimits(limits)
    this.#waker.wake()
  }

  ask(stacks: readonly string[], trigger: AskedTrigger): void {
    for (const stack of stacks) this.#book.ask(stack, trigger)
    this.#fillAnew()
  }

  nextScanAt(stack: string): string | null {
    const tracked = this.#book.get(stack)
    if (tracked === undefined) return null
    const nowMs = this.#parts.clock.now().getTime()
    const nextMs = decideNextScan(tracked, this.#slotsAround(tracked.stack.schedule, nowMs), nowMs)
    return nextMs === null ? null : new Date(nextMs).toISOString()
  }

  state(): SchedulerState {
    const nowMs = this.#parts.clock.now().getTime()
    const heldBack = [...this.#book.heldBack().values()].filter(({ untilMs }) => untilMs > nowMs)
    return {
      running: this.#starter.running.size,
      lastGoodTickMs: this.#lastGoodTickMs,
      throttled: heldBack.filter(({ reason }) => reason === 'throttled').length,
      failing: heldBack.filter(({ reason }) => reason === 'failing').length,
    }
  }

  async #run(): Promise<void> {
    for (let errors = 0; errors < MAX_ERRORS_WHILE_STOPPING; ) {
      const isGood = await this.#tryTick()
      if (this.#stopScansAtMs !== null) {
        errors += isGood ? 0 : 1
        if (isGood && this.#starter.running.isIdle && !this.#book.hasUnwritten) break
        if (this.#nowMs() >= this.#stopScansAtMs) this.#starter.running.stop()
      }
      await this.#parts.clock.sleep(PAUSE_MS)
      await this.#waker.wait(this.#msToNextTick())
    }
    this.#loop = null
    this.#stopScansAtMs = null
  }

  async #tryTick(): Promise<boolean> {
    const onTickEnd = this.#parts.onTick?.()
    try {
      await this.#tick()
      this.#lastGoodTickMs = this.#nowMs()
      return true
    } catch (error) {
      this.#parts.onError(toDriftError(error))
      return false
    } finally {
      onTickEnd?.()
    }
  }

  async #tick(): Promise<void> {
    await this.#starter.settleEnded()
    await this.#starter.prolongLeases()
    if (this.#stopScansAtMs === null && this.#hasStacks) {
      await this.#recallUnknown()
      if (this.#nowMs() >= this.#nextFillMs) await this.#fill()
      await this.#starter.startFree()
    }
    await this.#writeDown()
  }

  async #recallUnknown(): Promise<void> {
    const unknown = this.#book.unknown()
    const names = unknown.slice(0, RECALLED_AT_ONCE)
    if (names.length === 0) return
    const known = await this.#parts.memory.recall(names)
    for (const [index, name] of names.entries()) this.#book.track(name, known[index] ?? NEW_PROGRESS)
    if (unknown.length > names.length) this.#fillAnew()
  }

  async #fill(): Promise<void> {
    const isStale = this.#isStale
    this.#isStale = false
    const { hasMore, nextSlotMs } = await this.#filler.fill(isStale)
    const msToSlot = (nextSlotMs ?? Number.POSITIVE_INFINITY) - this.#parts.clock.now().getTime()
    this.#nextFillMs = this.#nowMs() + Math.max(1, Math.min(this.#pollMs, msToSlot))
    if (hasMore) this.#fillSoon()
  }

  async #writeDown(): Promise<void> {
    const names = this.#book.takeUnwritten(WRITTEN_AT_ONCE)
    if (names.length === 0) return
    try {
      await this.#parts.memory.remember(
        names.map((name) => toScheduleChange(name, this.#book.progress(name), this.nextScanAt(name))),
      )
    } catch (error) {
      this.#book.putBackUnwritten(names)
      throw error
    }
    if (this.#book.hasUnwritten) this.#waker.wake()
  }

  #msToNextTick(): number {
    const times = [this.#pollMs, this.#parts.leaseMs / 3, this.#nextFillMs - this.#nowMs()]
    if (this.#stopScansAtMs !== null) times.push(this.#stopScansAtMs - this.#nowMs())
    return Math.max(1, Math.min(...times.filter((time) => time > 0)))
  }

  /** At the next tick, with all that changed. */
  #fillAnew(): void {
    this.#isStale = true
    this.#fillSoon()
  }

  #fillSoon(): void {
    this.#nextFillMs = 0
    this.#waker.wake()
  }

  #nowMs(): number {
    return this.#parts.clock.monotonicMs()
  }
}
