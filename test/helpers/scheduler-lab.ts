import type { Scan } from '../../src/domain/scan.js'
import type { ClaimedScan } from '../../src/schedule/queue.js'
import type { ScanOutcome } from '../../src/schedule/scan-outcome.js'
import type { ScheduleEvent } from '../../src/schedule/schedule-event.js'
import { createScheduleMemory, type ScheduleMemory } from '../../src/schedule/schedule-memory.js'
import type { ScheduledStack } from '../../src/schedule/scheduled-stack.js'
import { createScheduler, type Scheduler } from '../../src/schedule/scheduler.js'
import type { SchedulerLimits, SchedulerParts } from '../../src/schedule/scheduler-parts.js'
import type { StackScheduleChange } from '../../src/store/schedule-store.js'
import type { StackSummary } from '../../src/store/store.js'
import { createFakeClock, type FakeClock } from './fake-clock.js'
import { createMemoryQueue, type MemoryQueue } from './memory-queue.js'

/** A stack that is scanned every hour on the hour, unless said otherwise. */
export function buildScheduledStack(
  name: string,
  {
    expression = '0 * * * *',
    timezone = 'UTC',
    ...rest
  }: Partial<ScheduledStack & ScheduledStack['schedule']> = {},
): ScheduledStack {
  return { name, schedule: { expression, timezone }, only: [], isPaused: false, labels: {}, ...rest }
}

/** A scan that was started in a lab. */
export interface StartedScan {
  readonly claim: ClaimedScan
  /** ISO 8601, UTC, by the lab's clock. */
  readonly at: string
  readonly signal: AbortSignal
  end(outcome?: ScanOutcome): void
}

/** A scheduler with everything around it in memory. */
export interface SchedulerLab {
  readonly clock: FakeClock
  readonly queue: MemoryQueue
  readonly scheduler: Scheduler
  readonly started: readonly StartedScan[]
  readonly events: readonly ScheduleEvent[]
  readonly errors: readonly Error[]
  /** What the memory holds, by stack. */
  readonly remembered: ReadonlyMap<string, StackScheduleChange>
  /** A scheduler after a crash of this one: same queue and memory, and nothing else. */
  restart(): SchedulerLab
}

/** What a lab may be told. */
export interface LabOptions
  extends Partial<Pick<SchedulerParts, 'pollMs' | 'leaseMs'>>,
    Partial<SchedulerLimits> {
  /** ISO 8601. */
  readonly at: string
  readonly stacks: readonly ScheduledStack[]
  /** How each scan ends, at once; absent: the test ends it. */
  readonly outcome?: (claim: ClaimedScan) => ScanOutcome
}

export const IN_SYNC: ScanOutcome = { status: 'in-sync', error: null }

/** The outcome of a scan that failed with this code. */
export function failedWith(code: NonNullable<Scan['error']>['code']): ScanOutcome {
  return { status: 'failed', error: { code, phase: 'plan', message: 'it failed', retryable: true } }
}

/** Starts a scheduler at a time. */
export function startSchedulerLab(options: LabOptions): SchedulerLab {
  const world: World = {
    clock: createFakeClock(options.at),
    queue: createMemoryQueue(),
    remembered: new Map(),
    lastScans: new Map(),
  }
  return startIn(world, options)
}

interface World {
  readonly clock: FakeClock
  readonly queue: MemoryQueue
  readonly remembered: Map<string, StackScheduleChange>
  readonly lastScans: Map<string, number>
}

let ids = 0

function startIn(world: World, options: LabOptions): SchedulerLab {
  const { clock, queue } = world
  const started: StartedScan[] = []
  const events: ScheduleEvent[] = []
  const errors: Error[] = []
  let isCrashed = false
  // what a crashed process waits for never comes
  const unlessCrashed = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, key) => (isCrashed ? () => new Promise(() => undefined) : Reflect.get(target, key)),
    })
  const scheduler = createScheduler({
    clock,
    queue: unlessCrashed(queue),
    memory: unlessCrashed(memoryIn(world)),
    newId: () => String(++ids).padStart(10, '0'),
    owner: 'test',
    limits: { slots: options.slots ?? 4, maxConcurrent: options.maxConcurrent ?? {} },
    leaseMs: options.leaseMs ?? 30_000,
    pollMs: options.pollMs ?? 1_000,
    scan: (claim, signal) =>
      new Promise((resolve) => {
        const end = (outcome = IN_SYNC): void => {
          if (isCrashed) return
          world.lastScans.set(claim.stack, clock.now().getTime())
          resolve(outcome)
        }
        started.push({ claim, at: clock.now().toISOString(), signal, end })
        signal.addEventListener('abort', () => resolve(failedWith('INTERRUPTED')))
        if (options.outcome !== undefined) end(options.outcome(claim))
      }),
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
  })
  scheduler.replaceStacks(options.stacks)
  scheduler.start()
  const restart = (): SchedulerLab => {
    isCrashed = true
    return startIn(world, options)
  }
  return { clock, queue, scheduler, started, events, errors, remembered: world.remembered, restart }
}

function memoryIn({ remembered, lastScans }: World): ScheduleMemory {
  return createScheduleMemory({
    fence: null,
    schedules: {
      stackSchedules: async (stacks) =>
        stacks.map((stack) => ({ ...EMPTY, ...remembered.get(stack), stack })),
      async saveStackSchedules(changes) {
        for (const change of changes)
          remembered.set(change.stack, { ...remembered.get(change.stack), ...change })
      },
    },
    scans: {
      stackSummaries: async (stacks) => stacks.map((stack) => summaryOf(stack, lastScans.get(stack))),
    },
  })
}

const EMPTY = {
  lastSlot: null,
  nextScanAt: null,
  consecutiveFailures: 0,
  peakMemoryBytes: null,
  backOffUntil: null,
}

function summaryOf(stack: string, lastScanMs: number | undefined): StackSummary | null {
  if (lastScanMs === undefined) return null
  return {
    stack,
    provider: 'fake',
    status: 'in-sync',
    lastScanAt: new Date(lastScanMs).toISOString(),
    commit: null,
    coverage: { verified: 1, applicable: 1 },
    lastGoodScanAt: null,
    openDrift: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  }
}
